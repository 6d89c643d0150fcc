"""Chinese around letters. Data only."""

SIGNATURE = "绵社有为"
SMS = "【{signature}】{title}。{body}{url}"
SEE = "请打开：{url}"
