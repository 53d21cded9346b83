"""When two written addresses are one, for the database; the number of a decision is given once a year.

The functions are twins of `households.same_address`, which says in words what they do.
"""

from __future__ import annotations

from django.db import migrations, models
from django.db.models.functions import ExtractYear

_NUMBER_KEY = r"""
CREATE FUNCTION sonha_number_key(value text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $body$
DECLARE
    key text := value COLLATE "C";
BEGIN
    IF key = '' OR key ~ '^[1-9][0-9]*[A-Z]?$' THEN
        RETURN key;
    END IF;
    key := btrim(regexp_replace(upper(normalize(key, NFC) COLLATE "und-x-icu") COLLATE "C", '\s+', ' ', 'g'));
    key := translate(key, '‐‑‒–—−', '------');
    key := replace(regexp_replace(key, '^(?:SỐ NHÀ|NHÀ SỐ|SỐ|NHÀ|SN)[\s.:]+', ''), ' ', '');
    RETURN regexp_replace(key, '(^|[^0-9])0+(?=[0-9])', '\1', 'g');
END $body$
"""
# Tones stand in the letters when these are taken apart: o, a mark, a → o, a, the mark.
_STREET_KEY = r"""
CREATE FUNCTION sonha_street_key(value text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $body$
DECLARE
    key text := normalize(lower(normalize(value, NFC) COLLATE "und-x-icu"), NFD) COLLATE "C";
    short text[];
BEGIN
    key := regexp_replace(key, 'o([\u0300\u0301\u0303\u0309\u0323])(a\u0306?|e)(?![\u0300-\u036f])', 'o\2\1', 'g');
    key := regexp_replace(key, 'qu([\u0300\u0301\u0303\u0309\u0323])([aeioy][\u0302\u0306\u031b]?)(?![\u0300-\u036f])',
                          'qu\2\1', 'g');
    key := regexp_replace(key, 'u([\u0300\u0301\u0303\u0309\u0323])y(?![\u0300-\u036f])', 'uy\1', 'g');
    key := btrim(regexp_replace(replace(normalize(key, NFC), 'ð', 'đ'), '\s+', ' ', 'g'));
    short := regexp_match(key, '^(ngh|đg|ph|ng|ql|tl|đt|hl|đl|đ|p|k|h)(?:\.\s*|\s+|(?=[0-9]))(.*)$');
    IF short IS NOT NULL THEN
        key := CASE short[1]
                   WHEN 'đ' THEN 'đường' WHEN 'đg' THEN 'đường' WHEN 'p' THEN 'phố' WHEN 'ph' THEN 'phố'
                   WHEN 'ng' THEN 'ngõ' WHEN 'ngh' THEN 'ngách' WHEN 'k' THEN 'kiệt' WHEN 'h' THEN 'hẻm'
                   WHEN 'ql' THEN 'quốc lộ' WHEN 'tl' THEN 'tỉnh lộ' WHEN 'đt' THEN 'tỉnh lộ' WHEN 'hl' THEN 'huyện lộ'
                   WHEN 'đl' THEN 'đại lộ'
               END || ' ' || short[2];
    END IF;
    RETURN key;
END $body$
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0038_plate_inspections")]

    operations = [
        migrations.RunSQL(_NUMBER_KEY, "DROP FUNCTION sonha_number_key(text)"),
        migrations.RunSQL(_STREET_KEY, "DROP FUNCTION sonha_street_key(text)"),
        migrations.RemoveConstraint(model_name="numberingdecision", name="decision_number_once_a_commune"),
        migrations.AddConstraint(
            model_name="numberingdecision",
            constraint=models.UniqueConstraint(
                models.F("commune"),
                models.F("number_folded"),
                ExtractYear("decided_on"),
                condition=models.Q(undone_at__isnull=True),
                name="decision_number_once_a_year",
            ),
        ),
    ]
