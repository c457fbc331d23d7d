-- Organisations active
-- Unit: organisations
-- Source: help given (assistance)
-- Method: Organisations that reported help, each counted once. Organisations recorded as implementing for another one are not
--   added.
--
-- Активні організації
-- Одиниця: організації
-- Джерело: надана допомога (assistance)
-- Спосіб: Організації, що звітували про допомогу; кожну пораховано один раз. Організації, записані як виконавці для іншої,
--   не додано.
select grp, count(distinct organisation)::bigint as organisations
from help
group by grp
