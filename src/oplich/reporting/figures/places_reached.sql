-- Communities reached
-- Unit: communities
-- Source: help given (assistance)
-- Method: Hromadas in which help was reported, each counted once. Help known only for a raion, an oblast or a country
--   is not in it.
--
-- Охоплені громади
-- Одиниця: громади
-- Джерело: надана допомога (assistance)
-- Спосіб: Громади, у яких звітували про допомогу; кожну пораховано один раз. Допомога, про яку відомо лише район,
--   область чи країну, сюди не входить.
select grp, count(distinct hromada)::bigint as communities
from help
where len(hromada) - len(replace(hromada, '/', '')) = 4
group by grp
