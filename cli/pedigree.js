#!/usr/bin/env node
import { join } from 'node:path'
import { installMissing, isClone, ROOT } from './install.js'
import { launch } from './launch.js'

/** The package's bin. Sources run as they are in a clone; Node runs no TypeScript below node_modules. */
installMissing()
const main = isClone() ? ['cli', 'main.ts'] : ['dist', 'cli', 'main.js']
launch(join(ROOT, ...main), process.argv.slice(2))
