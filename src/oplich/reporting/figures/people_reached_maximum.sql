-- People reached, by the largest sector of each area
-- Unit: people
-- Source: help given (assistance)
-- Method: In each oblast (abroad: each country) every sector's figure is the sum of its services; the largest sector stands for the
--   oblast, and the oblasts are added up. This is how the published 3W reports count. Sub-sectors count with the sector they are part
--   of. Round 4 of the Ukraine 3W left the health sector out of it; ask for the figure without health to compare. By sector, month or
--   organisation the rule is applied to each group, so only oblasts add up to the total.
--
-- Охоплені люди, за найбільшим сектором кожної території
-- Одиниця: люди
-- Джерело: надана допомога (assistance)
-- Спосіб: У кожній області (за кордоном: у кожній країні) число кожного сектору є сумою його послуг; найбільший сектор представляє
--   область, а області додано. Так рахують опубліковані звіти 3W. Підсектори враховано разом із сектором, частиною якого вони є.
--   Раунд 4 звіту 3W щодо України не враховував сектору «Охорона здоров’я»; щоб порівняти, запитайте число без нього. За секторами,
--   місяцями чи організаціями правило застосовано до кожної групи окремо, тому лише області складаються в підсумок.
with sector_in_area as (
    select
        grp, oblast, top_sector,
        struct_pack(
            people := sum(coalesce(headcount, 1)),
            named := count(one_human),
            girls := sum(coalesce(girls, (sex = 'f' and age_group = 'child')::integer, 0)),
            boys := sum(coalesce(boys, (sex = 'm' and age_group = 'child')::integer, 0)),
            women := sum(coalesce(women, (sex = 'f' and age_group = 'adult')::integer, 0)),
            men := sum(coalesce(men, (sex = 'm' and age_group = 'adult')::integer, 0)),
            older_women := sum(coalesce(older_women, (sex = 'f' and age_group = 'older')::integer, 0)),
            older_men := sum(coalesce(older_men, (sex = 'm' and age_group = 'older')::integer, 0))
        ) as reached
    from help
    group by grp, oblast, top_sector
),
largest_sector as (
    select grp, oblast, unnest(arg_max(reached, (reached.people, top_sector)))
    from sector_in_area
    group by grp, oblast
)
select
    grp, sum(people)::bigint as people, sum(named)::bigint as named, sum(girls)::bigint as girls, sum(boys)::bigint as boys,
    sum(women)::bigint as women, sum(men)::bigint as men, sum(older_women)::bigint as older_women, sum(older_men)::bigint as older_men
from largest_sector
group by grp
