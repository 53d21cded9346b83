"""WGS 84 and VN-2000: the figures a surveyor would check."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Geod, Transformer

from mapping import crs

GEOD = Geod(ellps="WGS84")
SQUARE = shapely.box(105.80, 19.66, 105.82, 19.68)


def metres_apart(first: tuple[float, float], second: tuple[float, float]) -> float:
    return float(GEOD.inv(*first, *second)[2])


def test_the_published_point_comes_out_both_ways() -> None:
    lng, lat = crs.to_lonlat(5897, 580000, 2190000)
    assert (lng[0], lat[0]) == pytest.approx((105.76543316, 19.79731884), abs=5e-9)
    east, north = crs.from_lonlat(5897, lng, lat)
    assert (east[0], north[0]) == pytest.approx((580000, 2190000), abs=0.001)


def test_the_shift_is_the_same_where_proj_would_take_another() -> None:
    """At 105.91°E 9.95°N PROJ's own choice lies 0.8 m off; the pinned operation does not jump there."""
    lng, lat = crs.to_lonlat(5897, 600000, 1100000)
    chosen = Transformer.from_crs(5897, 4326, always_xy=True).transform(600000, 1100000)
    assert metres_apart(chosen, (lng[0], lat[0])) == pytest.approx(0.81, abs=0.02)
    # Just north of the box PROJ and the pinned operation agree again.
    lng, lat = crs.to_lonlat(5897, 600000, 1300000)
    chosen = Transformer.from_crs(5897, 4326, always_xy=True).transform(600000, 1300000)
    assert metres_apart(chosen, (lng[0], lat[0])) < 0.001


def test_every_zone_has_the_meridian_and_scale_of_its_epsg_code() -> None:
    assert len(crs.ZONES) == 20
    for srid, zone in crs.ZONES.items():
        official = CRS.from_epsg(srid)
        values = [parameter.value for parameter in official.coordinate_operation.params]
        assert values == [0, zone.meridian, zone.scale, 500_000, 0], srid
        assert official.name.startswith("VN-2000 / ")


def test_unshifted_vn2000_degrees_lie_225_m_off() -> None:
    lng, lat = crs.to_lonlat(crs.VN2000, 105.81, 19.67)
    assert metres_apart((105.81, 19.67), (lng[0], lat[0])) == pytest.approx(225, abs=5)


def test_utm_48_read_as_the_zone_of_thanh_hoa_is_657_m_off() -> None:
    east, north = crs.from_lonlat(3405, 105.81, 19.67)
    lng, lat = crs.to_lonlat(5897, east, north)
    assert metres_apart((105.81, 19.67), (lng[0], lat[0])) == pytest.approx(657, abs=10)


@given(st.sampled_from(sorted(crs.SUPPORTED)), st.floats(102, 110), st.floats(8, 23.5))
def test_there_and_back_again_is_within_two_millimetres(srid: int, lng: float, lat: float) -> None:
    back = crs.to_lonlat(srid, *crs.from_lonlat(srid, lng, lat))
    assert metres_apart((lng, lat), (back[0][0], back[1][0])) < 0.002


@given(st.sampled_from(sorted(crs.SUPPORTED)), st.floats(), st.floats())
def test_numbers_that_are_no_place_become_nan_and_nothing_else(srid: int, x: float, y: float) -> None:
    for there in (crs.to_lonlat, crs.from_lonlat):
        first, second = there(srid, [x], [y])
        assert bool(np.isnan(first[0])) == bool(np.isnan(second[0]))
        assert not np.isinf([first[0], second[0]]).any()


def test_the_caller_keeps_his_arrays() -> None:
    east, north = np.array([580000.0]), np.array([2190000.0])
    crs.to_lonlat(5897, east, north)
    crs.to_lonlat(crs.WGS84, east, north)[0][0] = 0
    assert (east[0], north[0]) == (580000.0, 2190000.0)


@pytest.mark.parametrize(("lng", "srid"), [(102.2, 5896), (104.4, 5897), (105.81, 5897), (106.1, 5897), (109.2, 5898)])
def test_a_commune_falls_into_the_nearest_national_zone(lng: float, srid: int) -> None:
    assert crs.zone_for_longitude(lng) == srid


@pytest.mark.parametrize(
    ("text", "answer"),
    [("EPSG:5897", 5897), (" epsg 9210", 9210), ("4326", 4326), ("EPSG:6956", "deprecated"), ("EPSG:27700", "unknown"),
     ("VN-2000", "unreadable"), ("", "unreadable"), ("EPSG:٥٨٩٧", "unreadable")],
)  # fmt: skip
def test_a_code_on_the_command_line_is_read_or_told_why(text: str, answer: int | str) -> None:
    if isinstance(answer, int):
        assert crs.parse_srid(text) == answer
        return
    with pytest.raises(crs.CrsError) as caught:
        crs.parse_srid(text)
    assert caught.value.reason == answer


@pytest.mark.parametrize("srid", [*crs.ZONES, crs.VN2000, crs.WGS84, crs.WEB_MERCATOR, 32648, 32649])
@pytest.mark.parametrize("dialect", ["WKT1_ESRI", "WKT1_GDAL", "WKT2_2019"])
def test_a_prj_file_is_understood_in_every_dialect(srid: int, dialect: str) -> None:
    assert crs.srid_of_definition(CRS.from_epsg(srid).to_wkt(dialect)) == srid


def test_a_zone_is_known_by_its_parameters_when_it_has_no_name() -> None:
    shift = "+towgs84=-191.90441429,-39.30318279,-111.45032835,0.00928836,-0.01975479,0.00427372,0.252906278"
    zone = f"+proj=tmerc +lat_0=0 +lon_0=105.5 +k=0.9999 +x_0=500000 +y_0=0 +ellps=WGS84 {shift} +units=m"
    assert crs.srid_of_definition(zone) == 9209
    assert crs.srid_of_definition(f"+proj=utm +zone=48 +ellps=WGS84 {shift} +units=m") == 3405
    nameless = CRS.from_epsg(6956).to_wkt("WKT1_ESRI")
    for text, reason in [
        (nameless, "deprecated"),
        ("EPSG:6957", "deprecated"),
        ("EPSG:27700", "unknown"),
        ("nowhere", "unreadable"),
    ]:
        with pytest.raises(crs.CrsError) as caught:
            crs.srid_of_definition(text)
        assert caught.value.reason == reason


@given(st.text(max_size=40) | st.text(max_size=40).map(lambda text: "PROJCS[" + text))
def test_any_definition_is_read_or_refused(text: str) -> None:
    try:
        assert crs.srid_of_definition(text) in crs.SUPPORTED
    except crs.CrsError as error:
        assert error.reason


def test_zone_and_geodesic_area_agree_and_web_mercator_does_not() -> None:
    geodesic = crs.geodesic_area_m2(SQUARE)
    assert crs.zone_area_m2(SQUARE, 5897) == pytest.approx(geodesic, rel=0.001)
    assert crs.zone_area_m2(SQUARE, crs.WEB_MERCATOR) / geodesic == pytest.approx(1.136, abs=0.01)


def test_a_hole_and_a_clockwise_ring_do_not_disturb_the_area() -> None:
    hole = shapely.box(105.805, 19.665, 105.815, 19.675)
    ring = shapely.Polygon(SQUARE.exterior.coords[::-1], [hole.exterior.coords])
    expected = crs.geodesic_area_m2(SQUARE) - crs.geodesic_area_m2(hole)
    assert crs.geodesic_area_m2(ring) == pytest.approx(expected)
    assert crs.geodesic_area_m2(shapely.MultiPolygon([ring, hole])) == pytest.approx(crs.geodesic_area_m2(SQUARE))


def test_a_geometry_survives_its_zone_and_distances_are_metres() -> None:
    assert shapely.equals_exact(crs.from_zone(crs.to_zone(SQUARE, 5897), 5897), SQUARE, tolerance=1e-8)
    metres = crs.distance_m(5897, [105.81], [19.67], [105.811], [19.671])[0]
    assert metres == pytest.approx(metres_apart((105.81, 19.67), (105.811, 19.671)), rel=0.0003)


@given(st.floats(102, 110), st.floats(8, 23.5), st.floats(0.1, 50_000), st.floats(0, 360))
def test_the_degree_box_holds_every_point_within_reach(lng: float, lat: float, metres: float, azimuth: float) -> None:
    far_lng, far_lat, _ = GEOD.fwd(lng, lat, azimuth, metres)
    west, south, east, north = crs.degree_box(lng, lat, metres)
    assert west <= far_lng <= east
    assert south <= far_lat <= north
    assert metres_apart((west, lat), (east, lat)) < metres * 2.1


def test_postgis_gets_a_row_for_every_zone_that_says_the_same() -> None:
    rows = {row[0]: row for row in crs.spatial_ref_sys_rows()}
    assert rows.keys() == crs.ZONES.keys()
    for srid, (_, authority, code, srtext, proj4text) in rows.items():
        assert (authority, code) == ("SONHA", srid)
        for text in (srtext, proj4text):
            theirs = Transformer.from_crs(text, 4326, always_xy=True).transform(600000, 1100000)
            ours = crs.to_lonlat(srid, 600000, 1100000)
            assert metres_apart(theirs, (ours[0][0], ours[1][0])) < 0.001
        assert crs.srid_of_definition(srtext) == srid
