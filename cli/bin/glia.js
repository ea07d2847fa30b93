#!/usr/bin/env node
import { launch } from "@glia/provider/launch";

await launch(import.meta.url, "../src/main");
