-- The help a figure is about: what lies in the period, the place, the sector and the organisation asked for, with `why_not`
-- for what is left out of it by rule. `grp` is the group a line belongs to. Figures read the view `help`, which is the lines without
-- `why_not`.
select
    *,
    case
        when not counted then 'consent'
        when getvariable('sector') is null and not sector_in_total then 'sector:' || sector
        when not activity_in_total and (sector_in_total or getvariable('sector') is null) then 'activity:' || activity
    end as why_not
from facts.help_given
where given_on >= getvariable('start')
    and given_on < getvariable('until')
    and starts_with(place, getvariable('within'))
    and (getvariable('sector') is null or sector = getvariable('sector') or top_sector = getvariable('sector'))
    and (getvariable('organisation') is null or organisation = getvariable('organisation'))
    and not list_contains(getvariable('without'), sector)
    and not list_contains(getvariable('without'), top_sector)
