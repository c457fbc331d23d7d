-- Services given
-- Unit: services
-- Source: help given (assistance)
-- Method: Records of help: one for each time a named person was helped and one for each group that was reported.
--   How many people a group has does not matter here.
--
-- Надані послуги
-- Одиниця: послуги
-- Джерело: надана допомога (assistance)
-- Спосіб: Записи про допомогу: по одному на кожен раз, коли допомогли людині, чиє ім’я записано, і на кожну
--   групу, про яку звітували. Скільки людей у групі, тут не важить.
select grp, count(*)::bigint as services, count(one_human)::bigint as named
from help
group by grp
