-- Households reached
-- Unit: households
-- Source: help given (assistance), registrations
-- Method: Households of which at least one named person was helped, each counted once. One family registered by two
--   organisations is two households here. Groups without names say nothing about households and are not in it.
--
-- Охоплені домогосподарства
-- Одиниця: домогосподарства
-- Джерело: надана допомога (assistance), реєстрації
-- Спосіб: Домогосподарства, у яких допомогли щонайменше одній людині, чиє ім’я записано; кожне пораховано один раз.
--   Родина, яку зареєстрували дві організації, тут є двома домогосподарствами. Групи без імен нічого не кажуть про домогосподарства
--   і сюди не входять.
select grp, count(distinct household)::bigint as households, count(distinct household)::bigint as named
from help
where household is not null
group by grp
