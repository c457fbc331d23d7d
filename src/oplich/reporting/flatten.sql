-- From the ledger as it stands (the raw_* tables) to the facts that figures are computed from. A human being and a household become
-- numbers that mean nothing outside this file and are dealt anew each time. Who took back the agreement to be counted in statistics
-- leaves nothing but the bare record, so that a figure can say how many are left out. A child is under 18, an older person 60 or over
-- in the year of the help, as in the clusters' activity reports.
insert into sectors select slug, parent, name_uk, name_en, in_total, rank from raw_sectors;
insert into activities select code, sector, name_uk, name_en, in_total from raw_activities;
insert into organisations select distinct kept::varchar, name_uk, name_en from raw_organisations;
create temp table in_force as
    select *, coalesce(human, person_id) as human_being
    from raw_help left join raw_humans on person = person_id
    where not withdrawn and raw_help.id not in (select replaces_id from raw_help where replaces_id is not null);
create temp table numbered_humans as
    select human_being, row_number() over (order by random()) as number
    from (select distinct human_being from in_force where human_being is not null);
create temp table numbered_households as
    select household_id, row_number() over (order by random()) as number
    from (select distinct household_id from raw_registrations where household_id is not null);
insert into help_given by name
select
    row_number() over (order by given_on, help.id) as record,
    help.sector_id as sector, coalesce(sector.parent, help.sector_id) as top_sector, activity_id as activity,
    sector.in_total as sector_in_total, coalesce(activity.in_total, true) as activity_in_total,
    given_on, by_month,
    place.path as place,
    regexp_extract(place.path, '^([^/]+/){1}') as country, regexp_extract(place.path, '^([^/]+/){1,2}') as oblast,
    regexp_extract(place.path, '^([^/]+/){1,3}') as raion, regexp_extract(place.path, '^([^/]+/){1,4}') as hromada,
    coalesce(organisation.kept, help.organisation_id)::varchar as organisation, implementer.kept::varchar as implemented_by,
    raw_rows.upload::varchar as upload,
    raw_uncounted.id is null as counted,
    case when raw_uncounted.id is null then numbered_humans.number when person_id is not null then 0 end as one_human,
    case when raw_uncounted.id is null then numbered_households.number end as household,
    case when raw_uncounted.id is null then registration.sex end as sex,
    case
        when raw_uncounted.id is not null or registration.birth_year is null then null
        when year(given_on) - registration.birth_year < 18 then 'child'
        when year(given_on) - registration.birth_year < 60 then 'adult'
        else 'older'
    end as age_group,
    headcount, girls, boys, women, men, older_women, older_men, with_disability, population_group
from in_force as help
join raw_places as place on place.code = help.place_id
join raw_sectors as sector on sector.slug = help.sector_id
left join raw_activities as activity on activity.code = help.activity_id
left join raw_organisations as organisation on organisation.id = help.organisation_id
left join raw_organisations as implementer on implementer.id = help.implemented_by_id
left join raw_registrations as registration on registration.id = help.registration_id
left join raw_uncounted on raw_uncounted.id = help.registration_id
left join raw_rows on raw_rows.id = help.from_row_id
left join numbered_humans on numbered_humans.human_being = help.human_being
left join numbered_households on numbered_households.household_id = registration.household_id
order by record;
insert into places
    select path, code, kind, name_uk, name_en from raw_places
    where kind in ('country', 'oblast') or path in (
        select place from help_given union select raion from help_given union select hromada from help_given
    );
