-- Records by upload
-- Unit: records
-- Source: help given (assistance), uploads
-- Method: Records of help in force, by the file they came in with. Records written down in a page or by a program have no file.
--
-- Записи за файлами
-- Одиниця: записи
-- Джерело: надана допомога (assistance), завантажені файли
-- Спосіб: Чинні записи про допомогу за файлами, з якими вони надійшли. Записи, внесені на сторінці чи програмою, файлу не мають.
select grp, count(*)::bigint as records, count(one_human)::bigint as named
from help
group by grp
