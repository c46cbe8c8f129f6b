import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { PropertyMap } from "./property-value";

/** Property values as the protocol carries them. */
export function toStruct(map: PropertyMap): Struct {
  return Struct.fromJavaScript(map);
}

export function fromStruct(struct: Struct | undefined): PropertyMap {
  return struct?.toJavaScript() ?? {};
}
