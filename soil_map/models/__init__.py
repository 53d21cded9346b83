"""Models of the soil map, one file for each thing it knows."""

from soil_map.models.advice import Crop, DoseRule, Fertiliser, RuleState
from soil_map.models.campaign import Campaign
from soil_map.models.imports import SoilImport, SoilImportKind, SoilImportState
from soil_map.models.parcel import Parcel
from soil_map.models.property import Method, Property
from soil_map.models.sample import Result, Sample, SamplingSite
from soil_map.models.scheme import ClassScheme, SchemeState, SoilClass
from soil_map.models.shape import SoilShape
from soil_map.models.soil_map_version import SoilComponent, SoilMapVersion, SoilUnit
from soil_map.models.surface import Surface, SurfaceState, Zone

__all__ = [
    "Campaign",
    "ClassScheme",
    "Crop",
    "DoseRule",
    "Fertiliser",
    "Method",
    "Parcel",
    "Property",
    "Result",
    "RuleState",
    "Sample",
    "SamplingSite",
    "SchemeState",
    "SoilClass",
    "SoilComponent",
    "SoilImport",
    "SoilImportKind",
    "SoilImportState",
    "SoilMapVersion",
    "SoilShape",
    "SoilUnit",
    "Surface",
    "SurfaceState",
    "Zone",
]
