"""Chinese of uploaded files: their states and why one is not taken."""

REASON = {
    "no-file": "请先选择文件。",
    "no-name": "文件没有名字，请改名后重新上传。",
    "extension": "不能上传“.{extension}”文件。可以上传：{allowed}。",
    "double-extension": "文件名“{name}”中间带有“.{extension}”，看起来像程序。请改名后重新上传。",
    "empty": "文件“{name}”是空的（0 字节）。请打开原文件检查后重新上传。",
    "too-big": "文件“{name}”超过 {limit} MB。请压缩图片或拆成几份后上传。",
    "wrong-content": "文件“{name}”的内容不是 {extension} 格式，可能只是改了扩展名。请用原来的软件另存后上传。",
    "damaged": "文件“{name}”不完整或已损坏，打不开。请检查后重新上传。",
    "encrypted": "文件“{name}”设了打开密码，或是旧版格式。请去掉密码、另存为新版格式后上传。",
    "macros": "文件“{name}”含有宏或自动执行的内容。请另存为不含宏的格式后上传。",
    "bomb": "文件“{name}”解压后过大（超过 {limit} MB 或压缩比超过 {ratio} 倍），不能接收。",
    "too-many-entries": "文件“{name}”里有 {entries} 个文件，最多 {limit} 个。请分成几份上传。",
    "unsafe-entry": "压缩包“{name}”里的“{entry}”路径或类型不安全，不能接收。请去掉后重新压缩。",
    "two-in-one": "文件“{name}”同时是两种格式，不能接收。请用原来的软件另存后上传。",
    "too-many-pixels": "图片“{name}”有 {pixels} 万像素，最多 {limit} 万。请缩小后上传。",
    "infected": "文件“{name}”没有通过病毒检查，不能接收。请查杀后重新上传。",
    "too-many-files": "这里最多上传 {limit} 个文件。请先移除不需要的文件。",
    "not-yours": "只能使用自己上传、还没有归入其他事项的文件。",
}

STATE = {"pending": "检查中", "clean": "可用", "refused": "未通过检查", "removed": "已移除"}

BETWEEN = "、"
