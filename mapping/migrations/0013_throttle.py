"""The table of `mapping/throttle.py`: how often something was tried."""

from django.db import migrations

CREATE = """
CREATE UNLOGGED TABLE mapping_throttle (
    scope text NOT NULL,
    key bytea NOT NULL,
    tries integer NOT NULL,
    until timestamptz NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX mapping_throttle_until ON mapping_throttle (until);
COMMENT ON TABLE mapping_throttle IS 'Tries of what can be guessed, by keyed hash; see mapping/throttle.py';
"""


class Migration(migrations.Migration):
    dependencies = [("mapping", "0008_accounts")]
    operations = [migrations.RunSQL(CREATE, "DROP TABLE mapping_throttle")]
