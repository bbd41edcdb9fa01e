import { scalars } from "../entry.js";

const approximate =
  "Results agree with the engine's in their first ten digits, those of shapes as small as a street block in fewer.";
const oneLine = `${approximate} A MultiLineString of several lines ends the query.`;
const halves = "Polygons must be smaller than half of the Earth.";
const apart = "Shapes that touch each other at several places, or along a border, end the query.";
const cells = "A cell that is away from the shape by no more than rounding may be there or not.";

/** Geospatial functions that the engine has no form for. */
export const outsideGeoFunctions = scalars({
  geo_line_centroid: {
    about:
      "The centre of mass of a GeoJSON line, as GeoJSON; parts of a MultiLineString that lie on each other count once.",
    outside: true,
    limit: approximate,
    examples: {
      "round(toreal(geo_line_centroid(dynamic({'type':'LineString','coordinates':[[-73.95796,40.80042],[-73.97317,40.764486]]})).coordinates[0]), 10)":
        -73.9655670572,
      "round(toreal(geo_line_centroid(dynamic({'type':'MultiLineString','coordinates':[[[0,0],[0,4]],[[0,4],[0,0]],[[0,2],[0,6]]]})).coordinates[1]), 9)": 3,
      "geo_line_centroid(dynamic({'type':'LineString','coordinates':[[1,1]]}))": null,
    },
  },
  geo_line_interpolate_point: {
    about:
      "The place at a fraction, from 0 to 1, of a GeoJSON line's length, as GeoJSON; null where one of them is none.",
    outside: true,
    limit: oneLine,
    examples: {
      "round(toreal(geo_line_interpolate_point(dynamic({'type':'LineString','coordinates':[[-73.95796,40.80042],[-73.97317,40.764486]]}), 0.25).coordinates[1]), 10)": 40.7914366873,
      "geo_line_interpolate_point(dynamic({'type':'LineString','coordinates':[[-73.95796,40.80042],[-73.97317,40.764486]]}), 2)":
        null,
      "geo_line_interpolate_point(dynamic({'type':'LineString','coordinates':[[-73.95796,40.80042],[-73.97317,40.764486]]}), real(null))":
        null,
      "geo_line_interpolate_point(dynamic({'type':'LineString','coordinates':[[1,1]]}), 0.5)": null,
    },
  },
  geo_line_locate_point: {
    about:
      "At which fraction of a GeoJSON line's length the place is that is nearest to a point; null where one of them is none.",
    outside: true,
    limit: `${oneLine} Distances on a spheroid are refused.`,
    examples: {
      "round(geo_line_locate_point(dynamic({'type':'LineString','coordinates':[[-73.95796,40.80042],[-73.97317,40.764486]]}), -73.965, 40.792), 10)": 0.255601351,
      "geo_line_locate_point(dynamic({'type':'LineString','coordinates':[[-73.95796,40.80042],[-73.97317,40.764486]]}), 300, 1)":
        null,
      "geo_line_locate_point(dynamic({'type':'LineString','coordinates':[[1,1]]}), 1, 1)": null,
    },
  },
  geo_line_densify: {
    about:
      "A GeoJSON line with places added, so that shortest ways stay within a tolerance (0.1 to 10000 metres, by default 10) of lines that are straight on a map.",
    outside: true,
    limit: "Edges across the 180th meridian end the query.",
    examples: {
      "tostring(geo_line_densify(dynamic({'type':'LineString','coordinates':[[50,50],[51,51]]})))":
        '{"type":"LineString","coordinates":[[50,50],[50.125,50.125],[50.25,50.25],[50.375,50.375],[50.5,50.5],[50.625,50.625],[50.75,50.75],[50.875,50.875],[51,51]]}',
      "geo_line_densify(dynamic({'type':'LineString','coordinates':[[1,1],[2,2]]}), 0)": null,
      "geo_line_densify(dynamic({'type':'LineString','coordinates':[[300,1],[1,1]]}))": null,
    },
  },
  geo_polygon_densify: {
    about:
      "A GeoJSON polygon with corners added, so that shortest ways stay within a tolerance (0.1 to 10000 metres, by default 10) of lines that are straight on a map.",
    outside: true,
    limit: "Edges across the 180th meridian end the query.",
    examples: {
      "tostring(geo_polygon_densify(dynamic({'type':'Polygon','coordinates':[[[10,10],[11,10],[11,11],[10,11],[10,10]]]})))":
        '{"type":"Polygon","coordinates":[[[10,10],[10.25,10],[10.5,10],[10.75,10],[11,10],[11,11],[10.75,11],[10.5,11],[10.25,11],[10,11],[10,10]]]}',
      "geo_polygon_densify(dynamic({'type':'Polygon','coordinates':[[[10,10],[11,10],[11,11],[10,11],[10,10]]]}), 0)":
        null,
      "geo_polygon_densify(dynamic({'type':'Polygon','coordinates':[[[0,0],[10,10],[10,10],[0,0]]]}))": null,
    },
  },
  geo_polygon_area: {
    about:
      "The area of a GeoJSON polygon in square metres; parts that several members of a MultiPolygon have count once.",
    outside: true,
    limit: `${approximate} ${halves}`,
    examples: {
      "round(geo_polygon_area(dynamic({'type':'Polygon','coordinates':[[[-73.9495,40.7969],[-73.95807266235352,40.80068603561921],[-73.98201942443848,40.76825672305777],[-73.97317886352539,40.76455136505513],[-73.9495,40.7969]]]})), 3)": 3475207.283,
      "geo_polygon_area(dynamic({'type':'Polygon','coordinates':[[[0,0],[10,10],[10,10],[0,0]]]}))": null,
    },
  },
  geo_polygon_centroid: {
    about:
      "The centre of mass of a GeoJSON polygon, as GeoJSON; parts that several members of a MultiPolygon have count once.",
    outside: true,
    limit: `${approximate} ${halves}`,
    examples: {
      "round(toreal(geo_polygon_centroid(dynamic({'type':'Polygon','coordinates':[[[-73.9495,40.7969],[-73.95807266235352,40.80068603561921],[-73.98201942443848,40.76825672305777],[-73.97317886352539,40.76455136505513],[-73.9495,40.7969]]]})).coordinates[0]), 10)":
        -73.9657356899,
      "geo_polygon_centroid(dynamic({'type':'Polygon','coordinates':[[[0,0],[10,10],[10,10],[0,0]]]}))": null,
    },
  },
  geo_intersects_2lines: {
    about: "Whether two GeoJSON lines have a place in common; null where one of them is none.",
    outside: true,
    examples: {
      "geo_intersects_2lines(dynamic({'type':'LineString','coordinates':[[0,0],[10,10]]}), dynamic({'type':'LineString','coordinates':[[0,10],[10,0]]}))": true,
      "geo_intersects_2lines(dynamic({'type':'LineString','coordinates':[[0,0],[1,1]]}), dynamic({'type':'LineString','coordinates':[[5,5],[9,0]]}))": false,
      "geo_intersects_2lines(dynamic({'type':'LineString','coordinates':[[0,0],[1,1]]}), dynamic({'type':'Polygon','coordinates':[[[-73.9495,40.7969],[-73.95807266235352,40.80068603561921],[-73.98201942443848,40.76825672305777],[-73.97317886352539,40.76455136505513],[-73.9495,40.7969]]]}))":
        null,
    },
  },
  geo_intersects_2polygons: {
    about: "Whether two GeoJSON polygons have a place in common; null where one of them is none.",
    outside: true,
    limit: `${apart} ${halves}`,
    examples: {
      "geo_intersects_2polygons(dynamic({'type':'Polygon','coordinates':[[[0,0],[9,0],[9,9],[0,9],[0,0]]]}), dynamic({'type':'Polygon','coordinates':[[[5,5],[12,5],[12,12],[5,12],[5,5]]]}))": true,
      "geo_intersects_2polygons(dynamic({'type':'Polygon','coordinates':[[[0,0],[9,0],[9,9],[0,9],[0,0]]]}), dynamic({'type':'Polygon','coordinates':[[[2,2],[3,2],[3,3],[2,3],[2,2]]]}))": true,
      "geo_intersects_2polygons(dynamic({'type':'Polygon','coordinates':[[[0,0],[9,0],[9,9],[0,9],[0,0]]]}), dynamic({'type':'Polygon','coordinates':[[[50,0],[60,0],[60,9],[50,9],[50,0]]]}))": false,
      "geo_intersects_2polygons(dynamic({'type':'Polygon','coordinates':[[[0,0],[9,0],[9,9],[0,9],[0,0]]]}), dynamic(null))":
        null,
    },
  },
  geo_intersects_line_with_polygon: {
    about: "Whether a GeoJSON line has a place in common with a GeoJSON polygon; null where one of them is none.",
    outside: true,
    limit: `${apart} ${halves}`,
    examples: {
      "geo_intersects_line_with_polygon(dynamic({'type':'LineString','coordinates':[[-5,5],[20,6]]}), dynamic({'type':'Polygon','coordinates':[[[0,0],[9,0],[9,9],[0,9],[0,0]]]}))": true,
      "geo_intersects_line_with_polygon(dynamic({'type':'LineString','coordinates':[[-5,5],[-20,6]]}), dynamic({'type':'Polygon','coordinates':[[[0,0],[9,0],[9,9],[0,9],[0,0]]]}))": false,
      "geo_intersects_line_with_polygon(dynamic({'type':'LineString','coordinates':[[1,1]]}), dynamic({'type':'Polygon','coordinates':[[[0,0],[9,0],[9,9],[0,9],[0,0]]]}))":
        null,
    },
  },
  geo_intersection_2lines: {
    about:
      "What two GeoJSON lines have in common, as GeoJSON: nothing, the place where they cross, or the line where both are the same.",
    outside: true,
    limit: "Lines that cross at several places, touch each other or lie on each other in part end the query.",
    examples: {
      "round(toreal(geo_intersection_2lines(dynamic({'type':'LineString','coordinates':[[-73.978929,40.785155],[-73.980903,40.782621]]}), dynamic({'type':'LineString','coordinates':[[-73.985195,40.788275],[-73.974552,40.779761]]})).coordinates[0]), 10)":
        -73.9798371167,
      "tostring(geo_intersection_2lines(dynamic({'type':'LineString','coordinates':[[1,1],[2,2]]}), dynamic({'type':'LineString','coordinates':[[3,3],[4,4]]})))":
        '{"type":"GeometryCollection","geometries":[]}',
      "geo_intersection_2lines(dynamic({'type':'LineString','coordinates':[[1,1],[2,2]]}), dynamic({'type':'LineString','coordinates':[[3,3]]}))":
        null,
    },
  },
  geo_intersection_2polygons: {
    about: "What two GeoJSON polygons have in common, as GeoJSON.",
    outside: true,
    limit: `${apart} Results with holes end it too. ${halves}`,
    examples: {
      "geo_intersection_2polygons(dynamic({'type':'Polygon','coordinates':[[[0,0],[9,0],[9,9],[0,9],[0,0]]]}), dynamic({'type':'Polygon','coordinates':[[[2,2],[3,2],[3,3],[2,3],[2,2]]]})).type":
        "Polygon",
      "tostring(geo_intersection_2polygons(dynamic({'type':'Polygon','coordinates':[[[2,45],[0,45],[1,44],[2,45]]]}), dynamic({'type':'Polygon','coordinates':[[[3,44],[2,45],[2,43],[3,44]]]})).type)":
        "Point",
      "geo_intersection_2polygons(dynamic({'type':'Polygon','coordinates':[[[0,0],[9,0],[9,9],[0,9],[0,0]]]}), dynamic({'type':'Polygon','coordinates':[[[0,0],[10,10],[10,10],[0,0]]]}))":
        null,
    },
  },
  geo_intersection_line_with_polygon: {
    about: "The parts of a GeoJSON line that are within a GeoJSON polygon, as GeoJSON.",
    outside: true,
    limit: `${apart} ${halves}`,
    examples: {
      "geo_intersection_line_with_polygon(dynamic({'type':'LineString','coordinates':[[2,2],[20,2]]}), dynamic({'type':'Polygon','coordinates':[[[0,0],[9,0],[9,9],[0,9],[0,0]]]})).type":
        "LineString",
      "tostring(geo_intersection_line_with_polygon(dynamic({'type':'LineString','coordinates':[[20,2],[22,2]]}), dynamic({'type':'Polygon','coordinates':[[[0,0],[9,0],[9,9],[0,9],[0,0]]]})))":
        '{"type":"GeometryCollection","geometries":[]}',
      "geo_intersection_line_with_polygon(dynamic({'type':'LineString','coordinates':[[20,2]]}), dynamic({'type':'Polygon','coordinates':[[[0,0],[9,0],[9,9],[0,9],[0,0]]]}))":
        null,
    },
  },
  geo_union_lines_array: {
    about: "All GeoJSON lines of an array as one; null where one of them is none.",
    outside: true,
    limit: "Lines that cross, of which several meet at one place, or that end where they start end the query.",
    examples: {
      "array_length(geo_union_lines_array(pack_array(dynamic({'type':'LineString','coordinates':[[0,0],[1,1]]}), dynamic({'type':'LineString','coordinates':[[1,1],[2,3]]}))).coordinates)": 3,
      "geo_union_lines_array(pack_array(dynamic({'type':'LineString','coordinates':[[0,0],[1,1]]}), dynamic({'type':'LineString','coordinates':[[1,1]]})))":
        null,
    },
  },
  geo_union_polygons_array: {
    about: "All GeoJSON polygons of an array as one; null where one of them is none.",
    outside: true,
    limit: `A MultiPolygon whose members meet, and a result with holes, end the query. ${halves}`,
    examples: {
      "array_length(geo_union_polygons_array(pack_array(dynamic({'type':'Polygon','coordinates':[[[0,0],[9,0],[9,9],[0,9],[0,0]]]}), dynamic({'type':'Polygon','coordinates':[[[5,5],[12,5],[12,12],[5,12],[5,5]]]}))).coordinates[0])": 9,
      "geo_union_polygons_array(pack_array(dynamic({'type':'Polygon','coordinates':[[[0,0],[9,0],[9,9],[0,9],[0,0]]]}), dynamic({'type':'Polygon','coordinates':[[[50,5],[52,5],[52,12],[50,12],[50,5]]]}))).type":
        "MultiPolygon",
      "geo_union_polygons_array(pack_array(dynamic({'type':'Polygon','coordinates':[[[0,0],[9,0],[9,9],[0,9],[0,0]]]}), dynamic({'type':'Polygon','coordinates':[[[0,0],[10,10],[10,10],[0,0]]]})))":
        null,
    },
  },
  geo_line_to_s2cells: {
    about:
      "The S2 cells of a level (0 to 30, by default 11) that a GeoJSON line meets, or comes as near as a radius in metres; null for more than 65536.",
    outside: true,
    limit: cells,
    examples: {
      "geo_line_to_s2cells(dynamic({'type':'LineString','coordinates':[[1,1],[2,2]]}), 4)": ["101"],
      "geo_line_to_s2cells(dynamic({'type':'LineString','coordinates':[[1,1],[2,2]]}), 31)": null,
      "geo_line_to_s2cells(dynamic({'type':'LineString','coordinates':[[1,1]]}))": null,
    },
  },
  geo_polygon_to_s2cells: {
    about:
      "The S2 cells of a level (0 to 30, by default 11) that a GeoJSON polygon meets, or comes as near as a radius in metres; null for more than 65536.",
    outside: true,
    limit: `${cells} ${halves}`,
    examples: {
      "array_length(geo_polygon_to_s2cells(dynamic({'type':'Polygon','coordinates':[[[0,0],[0,50],[100,50],[0,0]]]}), 5))": 286,
      "geo_polygon_to_s2cells(dynamic({'type':'Polygon','coordinates':[[[0,0],[0,50],[100,50],[0,0]]]}), 30)": null,
      "geo_polygon_to_s2cells(dynamic({'type':'Polygon','coordinates':[[[0,0],[10,10],[10,10],[0,0]]]}))": null,
    },
  },
  geo_line_length: {
    about: "The length of a GeoJSON line in metres; parts of a MultiLineString that lie on each other count once.",
    outside: true,
    limit: approximate,
    examples: {
      "round(geo_line_length(dynamic({'type':'LineString','coordinates':[[-73.95807266235352,40.800426144169315],[-73.94966125488281,40.79691751000055],[-73.97317886352539,40.764486356930334]]})), 3)": 4922.48,
      "round(geo_line_length(dynamic({'type':'MultiLineString','coordinates':[[[-73.95798683166502,40.800556090021466],[-73.98193359375,40.76819171855746]],[[-73.94940376281738,40.79691751000055],[-73.97317886352539,40.76435634049001]]]})), 3)": 8262.243,
      "round(geo_line_length(dynamic({'type':'MultiLineString','coordinates':[[[0,0],[0,2]],[[0,3],[0,1]]]})) / 6371010, 12)": 0.05235987756,
      "geo_line_length(dynamic({'type':'LineString','coordinates':[[1, 1], ['a', 1]]}))": null,
    },
  },
  geo_polygon_perimeter: {
    about:
      "The length of all borders of a GeoJSON polygon in metres; several members of a MultiPolygon that meet count as one.",
    outside: true,
    limit: `${approximate} ${halves}`,
    examples: {
      "round(geo_polygon_perimeter(dynamic({'type':'Polygon','coordinates':[[[0,0],[90,0],[0,90],[0,0]]]})) / 6371010 - 1.5 * pi(), 9)": 0,
      "round(geo_polygon_perimeter(dynamic({'type':'MultiPolygon','coordinates':[[[[0,0],[90,0],[0,90],[0,0]]],[[[-90,0],[0,0],[0,90],[-90,0]]]]})) / 6371010 - 2 * pi(), 9)": 0,
      "geo_polygon_perimeter(dynamic({'type':'Polygon','coordinates':[[[0,0],[10,10],[10,10],[0,0]]]}))": null,
    },
  },
});
