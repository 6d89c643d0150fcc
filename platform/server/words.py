"""Chinese for whoever starts and keeps the platform: what went wrong, and what each command does."""

START = {
    "no-postgres": "找不到 PostgreSQL 18 的程序：请重新执行 make run 安装依赖，或设置 DATABASE_URL、DATABASE_OWNER_URL、VALKEY_URL 使用现有服务器。",
    "no-valkey": "找不到 Valkey 的程序：请重新执行 make run 安装依赖，或设置 DATABASE_URL、DATABASE_OWNER_URL、VALKEY_URL 使用现有服务器。",
    "cannot-run": "PostgreSQL 的程序在这台机器上无法运行（{error}）：请改用普通用户启动，或设置 DATABASE_URL 使用现有服务器。",
    "major": "数据目录里是 PostgreSQL {have} 的数据，程序是 {want}：请用原版本导出（mianshe backup），再恢复到新的数据目录。",
    "in-use": "数据目录 {path} 已有一个实例在运行：请先停止它，或换一个 DATA_DIR。",
    "owner": "数据目录 {path} 属于用户 {owner}：请用该用户启动，或换一个 DATA_DIR。",
    "unreachable": "数据目录 {path} 所在的上级目录不允许 {user} 进入，PostgreSQL 无法使用：请换一个 DATA_DIR，例如 /var/lib/mianshe。",
    "socket-folder": "临时目录 {path} 不属于当前用户或别人也能进入：请删除它再启动。",
    "initdb": "无法建立数据库：{error}",
    "server-ended": "{name} 没有启动起来：{error}（日志：{log}）",
    "locale": "数据库的字符分类不认识中文，中文检索会失效：请用 LC_CTYPE 为 C.UTF-8（或 zh_CN.UTF-8）的数据库重新建库。",
    "port-taken": "端口 {host}:{port} 已被占用：请先停止占用它的程序，或换一个端口，例如 PORT={other}。",
    "not-running": "数据目录 {path} 里没有正在运行的实例：请先执行 mianshe up，或设置 DATABASE_URL、DATABASE_OWNER_URL、VALKEY_URL。",
    "prepare": "准备数据库没有成功（{error}），详情见 {log}",
    "said": "{sentence}",
    "child-ended": "{name} 意外退出（代码 {code}），其余服务已一并停止。日志：{log}",
    "server-slow": "{name} 在 {seconds} 秒内没有启动好，请查看日志 {log}。",
}

NAME = {"web": "网页服务", "worker": "后台任务服务", "postgres": "PostgreSQL", "valkey": "Valkey"}

UP = {
    "servers": "正在启动数据库……",
    "prepare": "正在准备数据……",
    "prepare-first": "正在建立数据库并生成演示数据，约需半分钟……",
    "migrated": "数据库结构已更新：{number} 项。",
    "ready": "绵社有为已启动（{seconds} 秒）：{url}",
    "accounts": "演示账号（密码都是 {password}）：",
    "how-to-stop": "按 Ctrl-C 停止。数据在 {data_dir}",
    "stopping": "正在停止……",
    "stopped": "已停止。",
}

COMMAND = {
    "up": "启动全部：数据库、网页、后台任务；没有现成服务器时自带",
    "web": "只启动网页服务（可同时启动多个，请用不同端口）",
    "worker": "只启动后台任务服务（可同时启动多个）",
    "migrate": "把数据库结构更新到当前版本（可同时执行，互相等待）",
    "demo": "生成演示数据，或用 --fingerprint 打印其指纹",
    "import": "导入表格；import projects FILE.xlsx 导入已立项项目",
    "routes": "列出全部网址、方法和所需权限",
    "check": "核对全部数据约束，列出不符之处",
    "audit": "audit verify 核验审计日志链；audit anchors 打印可另存的校验点",
    "backup": "把数据库和文件备份成一个文件（不含密钥）",
    "restore": "从备份文件恢复",
    "admin": "admin create 登录名=姓名 ×3：建立最初三位管理员，并给出各自设置密码的一次性链接",
    "bench": "测量速度，逐行输出 JSON",
}

OPTION = {
    "description": """绵社有为：多部门项目孵化平台

设置从环境变量读取：
  HOST、PORT、PUBLIC_URL        监听地址、端口、对外网址
  DATA_DIR                      数据目录，默认 ./var
  DATABASE_URL                  应用角色的 PostgreSQL 地址；不设则自带数据库
  DATABASE_OWNER_URL            属主角色的地址，只用于 migrate、backup、restore
  VALKEY_URL                    Valkey 或 Redis 的地址
  SECRET_KEYS                   “版本:十六进制”，第一把签名，其余只用于验证
  ENV=production                正式环境，禁用演示模式
  DEMO                          1 开启演示模式，0 关闭
  POOL_SIZE                     每个进程的数据库连接数
  FILES_DIR、LETTERS_DIR        附件、待发信件的目录
  METRICS_TOKEN                 从别的机器读取 /metrics 的口令
  TRUSTED_PROXIES               前置代理的 IP 地址，默认 127.0.0.1""",
    "commands": "命令",
    "host": "监听的 IP 地址（默认 127.0.0.1）",
    "port": "端口（默认 8000）",
    "data-dir": "数据目录（默认 ./var）",
    "wait": "先加载程序，标准输入来一行后再开始监听（供 up 使用）",
    "expose": "允许演示模式监听本机以外的地址",
    "proposals": "申报项目数",
    "experts": "专家数",
    "scores": "评分数",
    "seed": "随机种子，相同的种子生成相同的数据",
    "fingerprint": "不生成数据，只打印现有数据的指纹",
    "kind": "导入的内容",
    "file": "文件",
    "actor": "以谁的名义导入（登录名）",
    "force-backup": "文件已存在时覆盖",
    "force-restore": "数据库不为空或密钥不同也恢复（原有数据会被清除）",
    "sizes": "申报项目数，可给多个（默认 2000 200000）",
    "people": "登录名=姓名，依次为系统管理员、安全管理员、审计管理员，须是三个人",
}

ANSWER = {
    "usage": "参数不对：{message}",
    "migrated": "数据库结构已是最新，本次更新 {number} 项。",
    "built": "演示数据已生成，用时 {seconds} 秒。",
    "not-empty": "数据库里已有数据，演示数据只能生成在空库里。",
    "check-good": "全部约束相符。",
    "check-bad": "有 {number} 处不符。",
    "audit-good": "审计日志完好：核验 {lines} 行。",
    "audit-bad": "审计日志在第 {line} 行不符：{why}",
    "imported": "已导入 {number} 个项目。",
    "no-such-user": "没有登录名为 {name} 的可用账号。",
    "people": "请写三个“登录名=姓名”，例如：mianshe admin create xitong=张三 anquan=李四 shenji=王五",
    "no-file": "找不到文件 {path}。",
    "cannot-write": "不能写入 {path}：{error}",
    "file-exists": "文件 {path} 已存在：请换一个名字，或加 --force 覆盖。",
    "backed-up": "已备份到 {path}（{size} MB）。密钥不在其中：请另行妥善保存 {secrets}，没有它加密的资料无法解开。",
    "restored": "已从 {path} 恢复：{files} 个文件，备份于 {made}。",
    "not-a-backup": "{path} 不是本平台的备份文件，或已损坏。",
    "database-not-empty": "数据库里已有数据：请恢复到空的数据目录，或加 --force 清除原有数据再恢复。",
    "other-keys": "备份是用另一组密钥做的，其中加密的资料将无法解开：请先放回原来的密钥（{secrets} 或 SECRET_KEYS），或加 --force。",
    "tool-failed": "{tool} 没有成功：{error}",
    "database-away": "连不上数据库：请检查 DATABASE_URL 和数据库是否在运行。",
    "not-migrated": "数据库结构还没有建立或不是当前版本：请先执行 mianshe migrate。",
    "database-refused": "数据库不接受这个用户名、密码或库名：请检查 DATABASE_URL 与 DATABASE_OWNER_URL。",
    "stopped": "已中断。",
}

MATRIX_TITLE = "# 权限矩阵"
MATRIX_NOTE = "由 `kernel.grants.GRANTS` 生成，不要手改。单元格是权限的范围：本人 < 受派 < 本单位 < 相关 < 全市；空白表示没有。没有任何角色的动作由系统或其他动作触发。"
MATRIX_ACTION = "动作"
LIVES_TITLE = "# 状态图"
LIVES_NOTE = "由各模块的 Life 表生成，不要手改。"

SEPARATOR = "、"
BROKEN_LINE = "{what}：{count} 处，例如 {examples}"
BROKEN = {
    "code": "已提交的项目没有受理编号",
    "submitted": "受理编号与提交时间不同时存在",
    "requested": "预算明细之和不等于申请金额",
    "amounts": "五个金额的大小次序不对",
    "amount-rows": "项目金额与最近一次的金额登记不一致",
    "agreed-budget": "实施中的项目，调整后预算之和不等于协议金额",
    "involvement": "项目缺少申报、牵头或主办单位的关联",
    "units": "项目所记的相关单位与关联记录不一致",
    "leader": "项目没有负责人",
    "correction": "待补正状态与补正通知不一致",
    "score-total": "评分表各项之和不等于总分",
    "signed": "已签字的评审席缺少评分或签字留底",
    "panel": "项目的评审状态与评审组状态不一致",
    "seats": "评审组的席位人数不对",
    "own-judge": "评审专家是项目成员",
    "average": "平均分与公布的公式不一致",
    "unranked": "评审结束的项目没有名次，或名次与排名表不一致",
    "place": "名次与公布的公式不一致",
    "entry": "台账分录借贷不平",
    "fund": "资金台账的余额为负，或与预算总额不一致",
    "lines": "拟立项或已立项项目的同意出资之和不等于审定金额",
    "line-ledger": "出资明细与台账余额不一致",
    "notice": "公示中的项目不在公示名单里，或金额不一致",
    "award": "已立项项目没有立项通知",
    "agreement": "实施中的项目没有已签协议，或金额不一致",
    "instalments": "各期拨款之和不等于出资金额",
    "payments": "用款申请超过该期可拨金额",
    "paid": "已拨金额与台账不一致",
    "reports": "实施中的项目没有报告计划",
    "audit": "操作日志的最后状态与项目状态不一致",
    "silent": "项目状态变过但没有操作日志",
    "outbox": "后台任务失败或积压超过 10 分钟",
    "todo": "待办指向不存在或已办结的事项",
}
