import pytest, time
pytestmark = pytest.mark.anyio
async def test_x(city):
    from kernel import rows
    from kernel.rows import Q
    for n,i in city.projects.items():
        print(n, city.codes[n], await rows.value(Q("select state from project where id={}", i)))
    for r in await rows.DB.run("select relname, n_live_tup from pg_stat_user_tables order by 1"): print(tuple(r))
    for r in await rows.DB.run("select p.code, i.why, u.code from involvement i join project p on p.id=i.project join unit u on u.id=i.unit order by 1,2"): print(tuple(r))
