-- People reached, as the sum of services
-- Unit: people
-- Source: help given (assistance)
-- Method: Every time somebody was helped is counted: a named person as often as they were helped, a group nobody took names of with
--   its whole size each time it was reported. The same people are in it several times; the figure says how much help was given, not
--   how many people there are. The groups of a table add up to its total.
--
-- Охоплені люди, як сума послуг
-- Одиниця: люди
-- Джерело: надана допомога (assistance)
-- Спосіб: Пораховано кожен випадок допомоги: людину, чиє ім’я записано, стільки разів, скільки їй допомогли, а групу без імен
--   повністю щоразу, коли про неї звітували. Ті самі люди враховані кілька разів; число показує, скільки допомоги надано, а не
--   скільки є людей. Рядки таблиці складаються в її підсумок.
select
    grp,
    sum(coalesce(headcount, 1))::bigint as people,
    count(one_human)::bigint as named,
    sum(coalesce(girls, (sex = 'f' and age_group = 'child')::integer, 0))::bigint as girls,
    sum(coalesce(boys, (sex = 'm' and age_group = 'child')::integer, 0))::bigint as boys,
    sum(coalesce(women, (sex = 'f' and age_group = 'adult')::integer, 0))::bigint as women,
    sum(coalesce(men, (sex = 'm' and age_group = 'adult')::integer, 0))::bigint as men,
    sum(coalesce(older_women, (sex = 'f' and age_group = 'older')::integer, 0))::bigint as older_women,
    sum(coalesce(older_men, (sex = 'm' and age_group = 'older')::integer, 0))::bigint as older_men
from help
group by grp
