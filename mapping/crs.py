"""Coordinates: WGS 84 (EPSG:4326), which everything is stored in, and VN-2000, in which Vietnam surveys.

Order is always x before y, as GIS files hold it: longitude, latitude in degrees, easting, northing in metres.
Arrays are float64 and of one shape; what cannot be transformed becomes NaN.

The shift between the two datums is the one of Decision 05/2007/QĐ-BTNMT (EPSG:6960), written out as a PROJ
pipeline: left to itself PROJ takes another operation inside 104.24-107.11°E, 9.35-11.04°N, 0.8 m away, and so
does PostGIS, which asks PROJ for `auth_name:auth_srid`. `spatial_ref_sys_rows` has rows that it must read.
"""

import math
import re
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Geod, Transformer
from pyproj.exceptions import CRSError

WGS84: Final = 4326
WEB_MERCATOR: Final = 3857
VN2000: Final = 4756
"""VN-2000 in degrees, on the same ellipsoid as WGS 84 and about 225 m off."""

Floats = NDArray[np.float64]
CrsReason = Literal["unreadable", "deprecated", "unknown"]


class CrsError(ValueError):
    """A system this program does not take. `reason`: unreadable, deprecated (6956-6959), unknown."""

    def __init__(self, reason: CrsReason, value: object) -> None:
        super().__init__(f"{reason}: {str(value)[:200]}")
        self.reason: CrsReason = reason
        self.value = str(value)


@dataclass(frozen=True, slots=True)
class Zone:
    """A transverse Mercator zone of VN-2000: false easting 500,000 m, false northing 0."""

    srid: int
    meridian: float
    """Central meridian in degrees east."""
    kind: Literal["tm3", "utm"]

    @property
    def scale(self) -> float:
        return 0.9999 if self.kind == "tm3" else 0.9996


_TM3: Final = {
    102.0: 5896, 103.0: 9205, 104.0: 9206, 104.5: 9207, 104.75: 9208, 105.0: 5897, 105.5: 9209, 105.75: 9210,
    106.0: 9211, 106.25: 9212, 106.5: 9213, 107.0: 9214, 107.25: 9215, 107.5: 9216, 107.75: 5899, 108.0: 5898,
    108.25: 9217, 108.5: 9218,
}  # fmt: skip
ZONES: Final = {srid: Zone(srid, meridian, "tm3") for meridian, srid in _TM3.items()} | {
    3405: Zone(3405, 105.0, "utm"),
    3406: Zone(3406, 111.0, "utm"),
}
"""Every VN-2000 zone by EPSG code, west to east, the two UTM zones last."""

DEPRECATED: Final = frozenset({6956, 6957, 6958, 6959})
"""Zones that the EPSG registry once listed with false easting and northing swapped."""

_WGS84_UTM: Final = {32648: 105.0, 32649: 111.0}
SUPPORTED: Final = frozenset({WGS84, WEB_MERCATOR, VN2000, *ZONES, *_WGS84_UTM})
"""Every EPSG code that `to_lonlat` takes."""

_SHIFT_M: Final = (-191.90441429, -39.30318279, -111.45032835)
_ROTATION_ARCSEC: Final = (
    -0.00928836,
    0.01975479,
    -0.00427372,
)  # coordinate frame; position vector negates them
_SCALE_PPM: Final = 0.252906278

_GEOD = Geod(ellps="WGS84")
_METRES_PER_DEGREE: Final = 110_574.0  # of latitude at the equator, the shortest there is


def _helmert() -> str:
    x, y, z = _SHIFT_M
    rx, ry, rz = _ROTATION_ARCSEC
    return (
        "+step +proj=push +v_3 +step +proj=cart +ellps=WGS84 "
        f"+step +proj=helmert +x={x} +y={y} +z={z} +rx={rx} +ry={ry} +rz={rz} +s={_SCALE_PPM} "
        "+convention=coordinate_frame +step +inv +proj=cart +ellps=WGS84 +step +proj=pop +v_3 "
    )


def _tmerc(meridian: float, scale: float) -> str:
    return f"+proj=tmerc +lat_0=0 +lon_0={meridian:g} +k={scale} +x_0=500000 +y_0=0 +ellps=WGS84 "


@cache
def _pipeline(srid: int) -> Transformer:
    """From the system to longitude and latitude in WGS 84; None of PROJ's own choosing is left in it."""
    if srid in ZONES:
        steps = "+step +inv " + _tmerc(ZONES[srid].meridian, ZONES[srid].scale) + _helmert()
    elif srid in _WGS84_UTM:
        steps = "+step +inv " + _tmerc(_WGS84_UTM[srid], 0.9996)
    elif srid == WEB_MERCATOR:
        steps = "+step +inv +proj=webmerc +ellps=WGS84 "
    else:
        steps = "+step +proj=unitconvert +xy_in=deg +xy_out=rad " + _helmert()
    return Transformer.from_pipeline(f"+proj=pipeline {steps}+step +proj=unitconvert +xy_in=rad +xy_out=deg")


def check_srid(srid: int) -> int:
    """The EPSG code itself when this program takes it, else raises `CrsError`."""
    if srid in DEPRECATED:
        raise CrsError("deprecated", srid)
    if srid not in SUPPORTED:
        raise CrsError("unknown", srid)
    return srid


def _transform(srid: int, x: ArrayLike, y: ArrayLike, direction: str) -> tuple[Floats, Floats]:
    check_srid(srid)
    first = np.array(x, dtype=np.float64, ndmin=1)
    second = np.array(y, dtype=np.float64, ndmin=1)
    if srid != WGS84:
        first, second = _pipeline(srid).transform(first, second, direction=direction)
    lost = ~(np.isfinite(first) & np.isfinite(second))
    first[lost] = second[lost] = np.nan
    return first, second


def to_lonlat(srid: int, x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
    """Longitudes and latitudes in EPSG:4326 of points in another system (x = easting, y = northing).

    Raises `CrsError` for a system that is not supported.
    """
    return _transform(srid, x, y, "FORWARD")


def from_lonlat(srid: int, lng: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Eastings and northings in the given system of points in EPSG:4326. Raises `CrsError`."""
    return _transform(srid, lng, lat, "INVERSE")


def to_zone(geometry: shapely.Geometry, srid: int) -> shapely.Geometry:
    """A geometry in EPSG:4326 as one in the given system, vertex by vertex."""
    return shapely.transform(geometry, lambda points: np.column_stack(from_lonlat(srid, *points.T)))


def from_zone(geometry: shapely.Geometry, srid: int) -> shapely.Geometry:
    """A geometry in the given system as one in EPSG:4326, vertex by vertex."""
    return shapely.transform(geometry, lambda points: np.column_stack(to_lonlat(srid, *points.T)))


def zone_for_longitude(lng: float) -> int:
    """The national 3° zone (102, 105 or 108°E) of a longitude: the zone of a unit that has none of its own.

    Thanh Hóa (104.4-106.1°E) falls into EPSG:5897, its official zone. Inside such a zone lengths are true to
    0.03 %. Provinces with a meridian of their own have it stored with the unit.
    """
    return _TM3[min((102.0, 105.0, 108.0), key=lambda meridian: abs(meridian - lng))]


def parse_srid(text: str) -> int:
    """The code in "EPSG:5897", "epsg 5897" or "5897". Raises `CrsError`."""
    match = re.fullmatch(r"\s*(?:epsg\s*:{0,2}\s*)?([0-9]{4,5})\s*", text, re.IGNORECASE | re.ASCII)
    if not match:
        raise CrsError("unreadable", text)
    return check_srid(int(match.group(1)))


_DEFINITION = re.compile(r"\s*(?:[A-Z_]+(?:CRS|CS)\s*[\[(]|\+proj=|EPSG:|urn:ogc:def:crs:|OGC:CRS84)", re.I | re.A)


def srid_of_definition(definition: str) -> int:
    """The EPSG code of a system as a file describes it: WKT of any dialect (a .prj), PROJ text or "EPSG:N".

    VN-2000 zones are known by their parameters, however they are named. Raises `CrsError`.
    """
    # Anything else PROJ would search for by name, or open as a file.
    if len(definition) > 20_000 or not _DEFINITION.match(definition):
        raise CrsError("unreadable", definition)
    try:
        crs = CRS.from_user_input(definition)
        code = crs.to_epsg()
    except (CRSError, UnicodeError):  # half a pair of UTF-16, which JSON may hold, is no text to PROJ
        raise CrsError("unreadable", definition) from None
    if code in SUPPORTED or code in DEPRECATED:
        return check_srid(code)
    zone = _zone_of(crs)
    if zone is None:
        raise CrsError("unknown", crs.name if code is None else f"EPSG:{code}")
    return zone


def _zone_of(crs: CRS) -> int | None:
    shifted = crs.is_bound
    source = crs.source_crs if shifted and crs.source_crs is not None else crs
    base = source.geodetic_crs
    if base is None or source.ellipsoid is None or abs(source.ellipsoid.semi_major_metre - 6_378_137) > 0.01:
        return None
    if abs(source.ellipsoid.inverse_flattening - 298.257) > 0.01:
        return None
    vietnamese = shifted or re.search(r"vn.?2000|vi[eệ]t.?nam", f"{base.name} {source.name}", re.IGNORECASE)
    if source.is_geographic:
        return VN2000 if vietnamese else WGS84
    operation = source.coordinate_operation
    if operation is None or operation.method_name != "Transverse Mercator":
        return None
    names = ("Latitude of natural origin", "Longitude of natural origin", "Scale factor at natural origin",
             "False easting", "False northing")  # fmt: skip
    values = {parameter.name: parameter.value for parameter in operation.params}
    if any(axis.unit_conversion_factor != 1 for axis in source.axis_info) or not all(n in values for n in names):
        return None
    latitude, meridian, scale, easting, northing = (float(values[name]) for name in names)
    if vietnamese and easting == 0 and northing == 500_000:
        raise CrsError("deprecated", crs.name)
    if latitude or northing or abs(easting - 500_000) > 0.001:
        return None
    for zone in ZONES.values():
        if abs(zone.meridian - meridian) < 1e-6 and abs(zone.scale - scale) < 1e-7:
            if zone.kind == "utm" and not vietnamese:
                return 32648 if zone.srid == 3405 else 32649
            return zone.srid
    return None


def geodesic_area_m2(geometry: shapely.Geometry) -> float:
    """The area on the ellipsoid, in square metres, of a geometry in EPSG:4326; holes are taken off."""
    area, _ = _GEOD.geometry_area_perimeter(shapely.orient_polygons(geometry))
    return abs(float(area))


def zone_area_m2(geometry: shapely.Geometry, srid: int) -> float:
    """The area in a zone, in square metres, of a geometry in EPSG:4326."""
    return float(shapely.area(to_zone(geometry, srid)))


def distance_m(srid: int, lng: ArrayLike, lat: ArrayLike, other_lng: ArrayLike, other_lat: ArrayLike) -> Floats:
    """Distances in metres, measured in a zone, between points in EPSG:4326, pair by pair."""
    x, y = from_lonlat(srid, lng, lat)
    other_x, other_y = from_lonlat(srid, other_lng, other_lat)
    return np.hypot(x - other_x, y - other_y)


def degree_box(lng: float, lat: float, metres: float) -> tuple[float, float, float, float]:
    """West, south, east, north of a box that holds every point within so many metres, for an index."""
    height = metres / _METRES_PER_DEGREE
    # The parallel farther from the equator is the shorter one, so the box must be that much wider in degrees.
    farthest = min(abs(lat) + height, 89.0)
    width = metres / (_METRES_PER_DEGREE * math.cos(math.radians(farthest)))
    return lng - width, lat - height, lng + width, lat + height


def spatial_ref_sys_rows() -> list[tuple[int, str, int, str, str]]:
    """Rows (srid, auth_name, auth_srid, srtext, proj4text) of `spatial_ref_sys` for all VN-2000 zones.

    PostGIS 3.3 lacks 9205-9218 and lets PROJ choose the shift of the others, so all are to be inserted or
    replaced. The authority is our own: PostGIS looks up "EPSG:5897" in PROJ before it reads the text, and finds
    another shift in the south. The text carries the EPSG code for readers such as QGIS.
    """
    shift = ",".join(str(v) for v in (*_SHIFT_M, *(-angle for angle in _ROTATION_ARCSEC), _SCALE_PPM))
    rows = []
    for zone in ZONES.values():
        name = CRS.from_epsg(zone.srid).name
        srtext = (
            f'PROJCS["{name}",GEOGCS["VN-2000",DATUM["Vietnam_2000",SPHEROID["WGS 84",6378137,298.257223563,'
            f'AUTHORITY["EPSG","7030"]],TOWGS84[{shift}],AUTHORITY["EPSG","6756"]],PRIMEM["Greenwich",0,'
            'AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],'
            'AUTHORITY["EPSG","4756"]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],'
            f'PARAMETER["central_meridian",{zone.meridian:g}],PARAMETER["scale_factor",{zone.scale}],'
            'PARAMETER["false_easting",500000],PARAMETER["false_northing",0],UNIT["metre",1,'
            'AUTHORITY["EPSG","9001"]],AXIS["Easting",EAST],AXIS["Northing",NORTH],'
            f'AUTHORITY["EPSG","{zone.srid}"]]'
        )
        proj4text = f"{_tmerc(zone.meridian, zone.scale)}+towgs84={shift} +units=m +no_defs"
        rows.append((zone.srid, "SONHA", zone.srid, srtext, proj4text))
    return rows
