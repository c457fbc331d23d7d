-- People reached
-- Unit: people
-- Source: help given (assistance)
-- Method: People whose names were taken are counted once, however often, by whomever and with whatever they were helped.
--   Of people whose names were not taken, the largest single group in each place is counted: groups in one place may be the same
--   people, so they are never added, neither over months nor over sectors or organisations. A group reported for a whole area may
--   contain the groups reported inside it, so the larger of the two counts. Somebody named may also have stood in a group nobody
--   took names of; this cannot be seen. An estimate, and the groups of a table do not add up to its total.
--
-- Охоплені люди
-- Одиниця: люди
-- Джерело: надана допомога (assistance)
-- Спосіб: Людей, чиї імена записано, пораховано один раз, хоч би скільки разів, ким і чим їм допомогли.
--   Серед людей, чиїх імен не записували, у кожному місці враховано найбільшу окрему групу: групи в одному місці можуть бути тими
--   самими людьми, тому їх не додано ні за місяцями, ні за секторами чи організаціями. Група, про яку звітували для всієї території,
--   може містити групи, про які звітували всередині неї, тому враховано більше з двох чисел. Хтось із записаних на ім’я міг бути
--   й у групі без імен; цього не видно. Це оцінка, і рядки таблиці не складаються в її підсумок.
with recursive people_once as (
    -- Sex and age as written down at the latest help.
    select grp, one_human, arg_max(coalesce(sex, '') || ':' || coalesce(age_group, ''), (given_on, record)) as sex_age
    from help where one_human is not null
    group by grp, one_human
),
named as (
    select
        grp, count(*) as people,
        count(*) filter (sex_age = 'f:child') as girls, count(*) filter (sex_age = 'm:child') as boys,
        count(*) filter (sex_age = 'f:adult') as women, count(*) filter (sex_age = 'm:adult') as men,
        count(*) filter (sex_age = 'f:older') as older_women, count(*) filter (sex_age = 'm:older') as older_men
    from people_once group by grp
),
largest_in_place as (
    select
        grp, place, len(place) - len(replace(place, '/', '')) as depth,
        unnest(arg_max(
            struct_pack(
                people := headcount::bigint, girls := coalesce(girls, 0)::bigint, boys := coalesce(boys, 0)::bigint,
                women := coalesce(women, 0)::bigint, men := coalesce(men, 0)::bigint,
                older_women := coalesce(older_women, 0)::bigint, older_men := coalesce(older_men, 0)::bigint
            ),
            (headcount, -record)
        ))
    from help where one_human is null
    group by grp, place
),
-- From the finest places up: an area counts its own largest group or the sum of what is inside it, whichever is larger.
upward as (
    select depth, grp, place, people, girls, boys, women, men, older_women, older_men
    from largest_in_place where depth = (select max(depth) from largest_in_place)
    union all
    select
        depth, grp, place, greatest(sum(own), sum(below))::bigint,
        sum(girls) filter (from_own = (own_total > below_total))::bigint,
        sum(boys) filter (from_own = (own_total > below_total))::bigint,
        sum(women) filter (from_own = (own_total > below_total))::bigint,
        sum(men) filter (from_own = (own_total > below_total))::bigint,
        sum(older_women) filter (from_own = (own_total > below_total))::bigint,
        sum(older_men) filter (from_own = (own_total > below_total))::bigint
    from (
        select *, sum(own) over area as own_total, sum(below) over area as below_total
        from (
            select
                depth - 1 as depth, grp, regexp_replace(place, '[^/]+/$', '') as place, false as from_own, 0 as own, people as below,
                girls, boys, women, men, older_women, older_men
            from upward where depth > 1
            union all
            select depth, grp, place, true, people, 0, girls, boys, women, men, older_women, older_men
            from largest_in_place where depth = (select max(depth) from upward) - 1
        )
        window area as (partition by grp, place)
    )
    group by depth, grp, place
),
unnamed as (
    select
        grp, sum(people) as people, sum(girls) as girls, sum(boys) as boys, sum(women) as women, sum(men) as men,
        sum(older_women) as older_women, sum(older_men) as older_men
    from upward where depth = 1 group by grp
)
select
    grp, sum(people)::bigint as people, sum(people) filter (is_named)::bigint as named,
    sum(girls)::bigint as girls, sum(boys)::bigint as boys, sum(women)::bigint as women, sum(men)::bigint as men,
    sum(older_women)::bigint as older_women, sum(older_men)::bigint as older_men
from (select *, true as is_named from named union all by name select *, false as is_named from unnamed)
group by grp
