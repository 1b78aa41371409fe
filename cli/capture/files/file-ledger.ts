import { OUTSIDE_FILES_MAX, PROJECT_FILES_MAX } from '../bounds.ts'
import { type BytePath, isInside } from '../byte-path.ts'
import { Endpoints } from '../endpoints.ts'
import type { Named, Observer, Opening } from './observer.ts'
import { keyOf, type Places, placeOf, sourceOfBytecode } from './places.ts'
import { lookAt } from './stamp.ts'
import { newTracked, type TrackedFile } from './tracked-file.ts'

interface LedgerOptions {
  readonly places: Places
  /** Whether a file was there before the command; undefined when nobody looked. */
  readonly wasThere: (key: BytePath) => boolean | undefined
  readonly onProgram: (program: BytePath, argv: readonly string[]) => void
  /** Told of each file once, when something is first read that was there before. */
  readonly onInput: (key: BytePath, file: TrackedFile, isOutside: boolean) => void
}

/** What every file went through, as the layers tell it. */
export class FileLedger implements Observer {
  /** Of the project, and those named by hand. */
  readonly files = new Map<BytePath, TrackedFile>()
  readonly outside = new Map<BytePath, TrackedFile>()
  readonly endpoints = new Endpoints()
  /** What went beyond a bound. */
  readonly missed = { files: 0, outside: 0 }
  readonly #options: LedgerOptions
  #now = 0

  constructor(options: LedgerOptions) {
    this.#options = options
  }

  opened(opening: Opening): void {
    const key = keyOf(opening, this.#options.places)
    if (opening.reads && !opening.writes) this.#readBytecode(key)
    const file = this.#track(key, opening.real)
    if (file === undefined) return
    this.#now++
    if (opening.reads && this.#readsOriginal(key, file, opening)) this.#input(key, file)
    else if (opening.reads && file.writtenAt > 0 && opening.process !== file.writer) {
      file.readBackAt = this.#now
    }
    if (opening.writes) this.#written(file, opening.process)
  }

  /** What is gone is seen at the end: a name may be taken again. */
  removed(_file: Named, _process: number): void {}

  /** What this run wrote goes on under its new name; what was there before is an input of it. */
  moved(from: Named, to: Named, process: number): void {
    const { places } = this.#options
    const [source, target] = [keyOf(from, places), keyOf(to, places)]
    if (lookAt(target)?.isDirectory()) return this.#movedFolder(source, target)
    const file = this.#known(source)
    if (file === undefined) return this.linked(from, to, process)
    const known = this.#track(target, undefined)
    if (known === undefined) return
    this.#now++
    if (file.writtenAt === 0) return this.#written(known, process)
    this.#written(known, file.writer)
    if (!file.readsOriginal) this.#forget(source)
  }

  linked(from: Named, to: Named, process: number): void {
    const { places } = this.#options
    const source = this.#track(keyOf(from, places), from.real)
    const target = this.#track(keyOf(to, places), to.real)
    this.#now++
    if (source !== undefined && source.writtenAt === 0) this.#input(keyOf(from, places), source)
    if (target !== undefined) this.#written(target, process)
  }

  connected(address: string): void {
    this.endpoints.connected(address)
  }

  bound(address: string): void {
    this.endpoints.bound(address)
  }

  executed(program: BytePath, argv: readonly string[]): void {
    this.#options.onProgram(program, argv)
  }

  /** A file that somebody named, wherever it lies. What was seen as well stays observed. */
  declare(key: BytePath, role: 'input' | 'output'): void {
    const { places } = this.#options
    const seen = this.outside.get(key)
    if (seen !== undefined && this.#take(this.files, key, seen)) this.outside.delete(key)
    const isNew = !this.files.has(key)
    if (
      isNew &&
      (isInside(key, places.own) || !this.#take(this.files, key, newTracked('declared')))
    ) {
      return
    }
    const file = this.files.get(key)
    if (file === undefined) return
    file.declared = role
    if (role === 'input' && file.writtenAt === 0) this.#input(key, file)
  }

  /** A result that nobody saw being made: it is there, and was not before. */
  inferOutput(key: BytePath): void {
    const known = this.#known(key)
    if (known !== undefined && (known.writtenAt > 0 || this.#options.wasThere(key) !== false))
      return
    const file = known ?? this.#track(key, undefined)
    if (file === undefined) return
    this.#now++
    file.how = 'inferred'
    // What was read of it, this run had made.
    file.readsOriginal = false
    this.#written(file, 0)
  }

  /** Something that the command line names, and that nobody could see being read. */
  inferInput(key: BytePath): void {
    if (this.#known(key) !== undefined) return
    const file = this.#track(key, undefined)
    if (file === undefined) return
    file.how = 'inferred'
    this.#input(key, file)
  }

  #movedFolder(from: BytePath, to: BytePath): void {
    for (const [key, file] of [...this.files, ...this.outside]) {
      if (file.writtenAt === 0 || !isInside(key, from)) continue
      const target = this.#track(`${to}${key.slice(from.length)}` as BytePath, undefined)
      if (target === undefined) continue
      target.writtenAt = file.writtenAt
      target.writer = file.writer
      if (!file.readsOriginal) this.#forget(key)
    }
  }

  #known(key: BytePath): TrackedFile | undefined {
    return this.files.get(key) ?? this.outside.get(key)
  }

  #forget(key: BytePath): void {
    this.files.delete(key)
    this.outside.delete(key)
  }

  #written(file: TrackedFile, process: number): void {
    file.writtenAt = this.#now
    file.writer = process
  }

  /** Opened for both, a file that was there is read; one that this call made is not. */
  #readsOriginal(key: BytePath, file: TrackedFile, opening: Opening): boolean {
    if (file.writtenAt > 0 || opening.truncates) return false
    if (!opening.writes) return true
    return this.#options.wasThere(key) ?? !opening.creates
  }

  #input(key: BytePath, file: TrackedFile): void {
    if (file.readsOriginal) return
    file.readsOriginal = true
    this.#options.onInput(key, file, this.outside.has(key))
  }

  #readBytecode(key: BytePath): void {
    const source = sourceOfBytecode(key)
    if (source !== undefined) this.inferInput(source)
  }

  #track(key: BytePath, real: BytePath | undefined): TrackedFile | undefined {
    const known = this.#known(key)
    if (known !== undefined) {
      known.how = 'observed'
      return known
    }
    const place = placeOf(key, this.#options.places)
    if (place === 'ignored') return undefined
    const file = newTracked('observed')
    if (real !== undefined) file.real = real
    return this.#take(place === 'outside' ? this.outside : this.files, key, file) ? file : undefined
  }

  #take(to: Map<BytePath, TrackedFile>, key: BytePath, file: TrackedFile): boolean {
    const isOutside = to === this.outside
    if (to.size < (isOutside ? OUTSIDE_FILES_MAX : PROJECT_FILES_MAX)) {
      to.set(key, file)
      return true
    }
    if (isOutside) this.missed.outside++
    else this.missed.files++
    return false
  }
}
