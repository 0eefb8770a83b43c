// SPDX-License-Identifier: Apache-2.0
// Modules of Python's standard library that hold types and functions of plain data: a name from them that is on no list
// is `unknown`. Every other module of the standard library has no place in a pickle of data and is `dangerous`.

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Plain modules: what they define computes on its arguments and touches nothing else. */
export const plainStandardModules: ReadonlySet<string> = new Set(
  words(`__future__ _abc _bisect _blake2 _codecs _collections _collections_abc _contextvars _csv _datetime _decimal
    _functools _hashlib _heapq _io _json _locale _markupbase _md5 _operator _pydecimal _queue _random _sha1 _sha256
    _sha3 _sha512 _sre _statistics _string _strptime _struct _typing _uuid _weakref _weakrefset _zoneinfo abc argparse
    array ast audioop base64 binascii bisect calendar cmath cmd code codecs collections colorsys configparser contextlib
    contextvars copy copyreg csv dataclasses datetime decimal difflib email encodings enum errno fnmatch fractions
    functools getopt gettext graphlib hashlib heapq hmac html io ipaddress itertools json keyword locale logging math
    mimetypes numbers opcode operator optparse pathlib platform pprint pstats queue quopri random re reprlib secrets
    shlex sre_compile sre_constants sre_parse statistics string stringprep struct textwrap this time token tokenize
    tomllib traceback types typing unicodedata uu uuid warnings weakref xdrlib xml zlib zoneinfo exceptions sets
    UserDict UserList UserString HTMLParser htmlentitydefs ConfigParser Queue StringIO cStringIO copy_reg`),
);

/** Built-in functions that wrap or print what they get; all others either build data or have no use in it. */
export const plainBuiltins: ReadonlySet<string> = new Set(
  words(`print iter next isinstance issubclass callable id format zip enumerate reversed property classmethod
    staticmethod super memoryview help dir hasattr`),
);

/** Built-in types whose methods compute on what they are called with and fetch nothing. */
export const dataTypes: ReadonlySet<string> = new Set(
  words("str unicode bytes bytearray int long float complex bool list tuple dict set frozenset range slice"),
);

/** Every other module of the standard library, of Python 2.7 to 3.14, that dangerous-imports.ts does not name. */
export const otherStandardModules: ReadonlySet<string> = new Set(
  words(`_ast _bz2 _crypt _curses_panel _dbm _elementtree _gdbm _lzma _msi _multibytecodec _opcode _overlapped
    _symtable _threading_local _tokenize _tracemalloc _warnings _colorize _android_support _apple_support _ios_support
    _suggestions _remote_debugging annotationlib compression dis msilib nturl2path pyclbr pydoc_data pyexpat tabnanny
    winsound _py_abc anydbm whichdb dumbdbm dbhash gdbm urlparse robotparser rexec Bastion ihooks
    statvfs dircache mhlib mimetools multifile rfc822 sgmllib htmllib binhex macurl2path`),
);

/** Python 2's names of modules, as CPython's unpickler maps them (Lib/_compat_pickle.py). */
export const renamedModules: Readonly<Record<string, string>> = {
  __builtin__: "builtins",
  __builtins__: "builtins",
  copy_reg: "copyreg",
  exceptions: "builtins",
  cPickle: "pickle",
  commands: "subprocess",
  urllib2: "urllib.request",
  httplib: "http.client",
  thread: "_thread",
  Queue: "queue",
  ConfigParser: "configparser",
  _functools: "functools",
  _operator: "operator",
  _collections: "collections",
  _codecs: "codecs",
  _datetime: "datetime",
  _decimal: "decimal",
  _pydecimal: "decimal",
  _random: "random",
  _struct: "struct",
  _weakref: "weakref",
  _typing: "typing",
  _json: "json",
  _uuid: "uuid",
  _collections_abc: "collections.abc",
  UserDict: "collections",
  UserList: "collections",
  UserString: "collections",
};
