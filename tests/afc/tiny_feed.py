"""A published feed of a small town, as somebody else would write it: a tram with platforms, a bus, a summer boat."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

TINY: Mapping[str, str] = {
    "agency.txt": (
        "agency_id,agency_name,agency_url,agency_timezone\n"
        "7,Stadtwerke Übermorgen,https://example.org,Europe/Vienna\n"
        "8,Bus GmbH,https://example.org,Europe/Vienna\n"
    ),
    "stops.txt": (
        "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n"
        "H,Hauptplatz,48.2000,16.3700,1,\n"
        "H1,Hauptplatz Gleis 1,48.2001,16.3700,0,H\n"
        "H2,Hauptplatz Gleis 2,48.1999,16.3700,0,H\n"
        "P1,Park,48.2100,16.3700,0,\n"
        "P2,PARK,48.2101,16.3701,0,\n"
        "M,Museum,48.2200,16.3700,0,\n"
        "b1,Hauptplatz,48.2002,16.3702,0,\n"
        "b2,Markt,48.2050,16.3800,0,\n"
        "b3,Hügel,48.2100,16.3900,0,\n"
        "E,Hauptplatz Eingang,48.2000,16.3701,2,H\n"
    ),
    "routes.txt": (
        "route_id,agency_id,route_short_name,route_long_name,route_type\n"
        "U1,7,U1,Hauptplatz - Museum,1\n"
        "5,8,5,Hauptplatz - Hügel,3\n"
        "boat,8,,Summer boat,4\n"
    ),
    "trips.txt": (
        "route_id,service_id,trip_id,shape_id\n"
        "U1,wk,u-out,north\n"
        "U1,wk,u-back,north\n"
        "U1,we,u-out-we,north\n"
        "5,wk,b-out-1,\n"
        "5,wk,b-out-2,\n"
        "5,wk,b-night,\n"
        "boat,summer,boat-1,\n"
    ),
    "stop_times.txt": (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        "u-out,00:00:00,00:00:00,H1,1\n"
        "u-out,,,P1,5\n"
        "u-out,00:06:00,00:06:00,M,9\n"
        "u-back,00:00:00,00:00:00,M,1\n"
        "u-back,00:03:00,00:03:00,P2,2\n"
        "u-back,00:06:00,00:06:00,H2,3\n"
        "u-out-we,09:00:00,09:00:00,H1,1\n"
        "u-out-we,09:03:00,09:03:00,P1,2\n"
        "u-out-we,09:06:00,09:06:00,M,3\n"
        "b-out-1,07:00:00,07:00:00,b1,1\n"
        "b-out-1,07:00:00,07:00:00,b2,2\n"
        "b-out-1,07:04:00,07:04:00,b3,3\n"
        "b-out-2,7:30:00,7:30:00,b1,1\n"
        "b-out-2,7:32:00,7:32:00,b2,2\n"
        "b-out-2,7:36:00,7:36:00,b3,3\n"
        "b-night,01:00:00,01:00:00,b1,1\n"
        "b-night,01:02:00,01:02:00,b2,2\n"
        "b-night,01:06:00,01:06:00,b3,3\n"
        "boat-1,10:00:00,10:00:00,b1,1\n"
        "boat-1,10:30:00,10:30:00,b3,2\n"
    ),
    "frequencies.txt": (
        "trip_id,start_time,end_time,headway_secs\nu-out,06:00:00,08:00:00,600\nu-back,06:05:00,08:00:00,600\n"
    ),
    "calendar.txt": (
        "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        "wk,1,1,1,1,1,0,0,20250106,20250330\n"
        "we,0,0,0,0,0,1,1,20250106,20250330\n"
    ),
    "calendar_dates.txt": (
        "service_id,date,exception_type\nwk,20250203,2\nwe,20250203,1\nsummer,20250326,1\n"
    ),
    "shapes.txt": (
        "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\n"
        "north,48.2000,16.3700,1\n"
        "north,48.2050,16.3750,2\n"
        "north,48.2100,16.3700,3\n"
        "north,48.2200,16.3700,4\n"
    ),
}  # fmt: skip


def feed(path: Path, **changes: str | None) -> Path:
    """The feed as a zip; `stops="..."` puts other text into stops.txt, None leaves the file out."""
    files = {**TINY, **{f"{name}.txt": text for name, text in changes.items()}}
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            if text is not None:
                archive.writestr(name, text)
    return path


def edited(name: str, old: str, new: str) -> dict[str, str]:
    """One file with one thing changed."""
    assert old in TINY[f"{name}.txt"]
    return {name: TINY[f"{name}.txt"].replace(old, new, 1)}
