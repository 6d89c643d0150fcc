"""Chinese for what asking from a project may refuse. Data only."""

REASON = {"not-running": "项目状态是“{state}”，只有实施中的项目可以提出咨询需求。"}
