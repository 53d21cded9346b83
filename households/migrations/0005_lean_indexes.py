"""Indexes and checks that said the same thing twice go: each cost every import half a second in 100,000 rows."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0004_house_grid"),
        ("mapping", "0004_added_range"),
    ]

    operations = [
        migrations.AlterField(
            model_name="house",
            name="code",
            field=models.CharField(db_collation="C", editable=False, max_length=9, verbose_name="mã nhà"),
        ),
        migrations.AlterField(
            model_name="house",
            name="commune",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="mapping.unit",
                verbose_name="xã",
            ),
        ),
        migrations.AlterField(
            model_name="house",
            name="village",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="mapping.unit",
                verbose_name="thôn",
            ),
        ),
        migrations.AlterField(
            model_name="houseexternalid",
            name="commune",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="mapping.unit",
            ),
        ),
        migrations.AlterField(
            model_name="houseexternalid",
            name="scheme",
            field=models.CharField(db_collation="C", max_length=30, verbose_name="loại mã"),
        ),
        migrations.AlterField(
            model_name="houseexternalid",
            name="value",
            field=models.CharField(db_collation="C", max_length=60, verbose_name="mã"),
        ),
        migrations.AlterField(
            model_name="household",
            name="commune",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="mapping.unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="house",
            constraint=models.UniqueConstraint(fields=("code",), name="house_code_is_given_once"),
        ),
    ]
