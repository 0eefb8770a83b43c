// SPDX-License-Identifier: Apache-2.0
// Imports that have no business in a file of weights: each runs programs or code, loads code, reaches files or the
// network, or fetches any other object by name. Data only; who decides is verdict.ts.
// Sources: the advisories of picklescan, fickling and modelscan (CVE-2025-1716, -1889, -10155 …, CVE-2026-56315 and
// the GHSA series of 2025 and 2026), CPython's library reference, and reading the packages for what calls `exec`.

/** What an entry of the list does; shown with the finding. */
export interface DangerousGroup {
  readonly why: string;
  /** Top-level modules or submodules, with everything below them. */
  readonly modules?: readonly string[];
  /** Names (with their class, if any) of one module; submodules that re-export them are listed too. */
  readonly names?: Readonly<Record<string, readonly string[]>>;
  /** The pickle carries the code itself: a function somebody wrote, which runs when it is called. */
  readonly carriesCode?: true;
}

/** Words in one string, so that a list stays readable. */
const words = (text: string): readonly string[] => text.trim().split(/\s+/);

export const dangerousGroups: readonly DangerousGroup[] = [
  {
    why: "it starts programs or reaches the operating system",
    modules:
      words(`os posix nt posixpath.os subprocess _posixsubprocess _winapi pty commands popen2 pipes pexpect
      ptyprocess sh plumbum invoke fabric paramiko psutil multiprocessing _multiprocessing billiard loky
      joblib.externals concurrent signal _signal msvcrt winreg _winreg win32api win32com win32process win32pipe
      pywintypes comtypes resource fcntl termios tty crypt spwd nis syslog _scproxy _osx_support _aix_support
      _bootsubprocess mailcap webbrowser antigravity turtledemo docker kubernetes execnet rpyc pyautogui pynput
      torch.multiprocessing torch.utils.collect_env torch.distributed.elastic torch.distributed.launcher
      torch.distributed.run torch.distributed.launch setuptools._distutils numpy.distutils distutils
      mlflow.projects gensim.models.wrappers statsmodels.tsa.x13`),
    names: {
      "pandas.core.frame": words(
        "DataFrame.transform DataFrame.agg DataFrame.aggregate DataFrame.apply DataFrame.pipe DataFrame.eval DataFrame.query DataFrame.to_pickle",
      ),
      "pandas.core.series": words(
        "Series.transform Series.agg Series.aggregate Series.apply Series.pipe Series.to_pickle",
      ),
      uuid: words(
        `_get_command_stdout _popen _ifconfig_getnode _arp_getnode _lanscan_getnode _netstat_getnode _ip_getnode
        _find_mac_near_keyword _find_mac_under_heading getnode uuid1 os sys`,
      ),
      imaplib: ["IMAP4_stream"],
      platform: words("popen _syscmd_ver _syscmd_file architecture libc_ver"),
      "test.support.script_helper": words("assert_python_ok assert_python_failure spawn_python"),
    },
  },
  {
    why: "it runs Python code or fetches any object by its name",
    modules:
      words(`sys runpy importlib imp _imp _frozen_importlib _frozen_importlib_external pkgutil zipimport
      modulefinder codeop compileall py_compile pdb bdb profile cProfile _lsprof timeit trace doctest
      unittest test.support test.libregrtest pydoc idlelib lib2to3 _pyrepl rlcompleter site sitecustomize usercustomize gc inspect
      _interpreters _xxsubinterpreters interpreters _testcapi _testinternalcapi _sitebuiltins atexit faulthandler
      tracemalloc ensurepip venv virtualenv pip _pip wheel setuptools pkg_resources easy_install zipapp
      pyximport Cython IPython ipykernel jupyter_client notebook nbformat xdoctest pytest _pytest nose
      numpy.testing numpy.f2py numpy.conftest numpy._pytesttester scipy._lib._testutils scipy.weave weave sympy.parsing sympy.core.sympify
      sympy.utilities.lambdify sympy.testing numexpr hydra.utils hydra._internal
      torch.testing torch.package torch.utils.bottleneck torch.utils.cpp_extension torch._inductor torch._dynamo
      torch._functorch torch.fx.experimental torch.utils._config_module torch._export torch.export
      torch.utils.show_pickle torch.utils.model_dump torch.jit.unsupported_tensor_ops torch.hub
      torch.distributed.rpc torch.distributed.remote_device transformers.dynamic_module_utils
      transformers.utils.import_utils transformers.agents transformers.tools smolagents langchain_experimental
      jinja2 mako chameleon js2py execjs lupa asteval RestrictedPython simpleeval`),
    names: {
      dataclasses: words("_create_fn make_dataclass _set_new_attribute"),
      typing: words("_eval_type get_type_hints ForwardRef._evaluate"),
      code: words("InteractiveInterpreter InteractiveConsole interact compile_command"),
      sympy: words("sympify lambdify parse_expr S preview test doctest"),
      collections: words("eval _sys"),
      string: ["Formatter.get_field"],
      functools: words(
        "reduce singledispatch singledispatchmethod cached_property lru_cache cache cmp_to_key",
      ),
      operator: words("attrgetter methodcaller call"),
      itertools: words("accumulate dropwhile filterfalse groupby starmap takewhile imap ifilter"),
      copyreg: words("add_extension remove_extension clear_extension_cache pickle constructor"),
      contextlib: words("ExitStack AsyncExitStack contextmanager"),
      weakref: ["finalize"],
      enum: ["_make_class_unpicklable"],
      torch: words("compile load save hub jit ops classes"),
      "torch.library": words("torch os sys"),
      "torch.jit": words("load script trace compile_unit ScriptModule.save"),
      "torch.jit._serialization": ["load"],
      "torch.jit._script": ["script"],
      "torch.serialization": words("load _load _legacy_load save os sys"),
      "torch.utils.data.datapipes.utils.decoder": words("basichandlers Decoder handle_extension"),
      "torch.utils.data.datapipes.utils.common": ["StreamWrapper"],
      "torch.cuda._memory_viz": words("main _profile_to_snapshot"),
      "numpy.testing._private.utils": ["runstring"],
      "pandas.core.computation.eval": ["eval"],
      sklearn: ["show_versions"],
      "mlflow.utils.process": ["_exec_cmd"],
    },
  },
  {
    why: "it unpickles or unmarshals other data, which nobody looked into",
    modules: words(`pickle _pickle cPickle pickle5 _compat_pickle pickletools marshal shelve dbm
      jsonpickle oyaml hickle klepto srsly kopt zodbpickle pyspark.serializers pyspark.cloudpickle
      ray.cloudpickle pandas.io.pickle pandas.compat.pickle_compat`),
    names: {
      yaml: words(
        "load load_all unsafe_load unsafe_load_all full_load Loader UnsafeLoader CLoader CUnsafeLoader",
      ),
      "yaml.loader": words("Loader UnsafeLoader"),
      "yaml.cyaml": words("CLoader CUnsafeLoader"),
      "ruamel.yaml": words("YAML load load_all unsafe_load"),
      "ruamel.yaml.main": words("YAML load load_all unsafe_load"),
      "joblib.numpy_pickle_compat": words("load_compatibility ZipNumpyUnpickler"),
      "torch.storage": ["_load_from_bytes"],
      dill: words("load loads load_module load_module_asdict load_session dump dumps Unpickler source temp"),
      "dill._dill": words("load loads Unpickler _import_module _getattribute"),
      "dill.session": words("load_module load_session"),
      cloudpickle: words("load loads"),
      "cloudpickle.cloudpickle": words("load loads subimport _lookup_class_or_track"),
      joblib: words("load dump Memory Parallel _pickle_load"),
      "joblib.numpy_pickle": words("load _unpickle NumpyUnpickler load_temporary_memmap"),
      "joblib.memory": words("Memory MemorizedFunc"),
      pandas: words("read_pickle read_hdf eval"),
      numpy: words("load loads fromregex"),
      "numpy.lib.npyio": words("load NpzFile"),
      "numpy.lib._npyio_impl": words("load NpzFile"),
      "numpy.lib.format": words("read_array open_memmap"),
      "keras.models": ["load_model"],
      "tensorflow.keras.models": ["load_model"],
      "keras.src.saving.saving_api": ["load_model"],
    },
  },
  {
    why: "it loads or calls native code, or reads and writes memory",
    modules: words(`ctypes _ctypes cffi _cffi_backend mmap _posixshmem llvmlite torch.utils.dlpack torch._ops
      numpy.ctypeslib numpy.ctypeslib._ctypeslib tvm triton pyopencl pycuda`),
    names: {
      torch: ["_C._import_py_object"],
      "tensorflow.python.framework.load_library": words("load_op_library load_library"),
      tensorflow: words("load_op_library load_library"),
    },
  },
  {
    why: "it opens connections or fetches files",
    modules:
      words(`socket _socket ssl _ssl select selectors asyncio _asyncio asyncore asynchat socketserver SocketServer
      http httplib urllib urllib2 urllib3 requests httpx aiohttp pycurl wget gdown ftplib smtplib smtpd poplib imaplib
      nntplib telnetlib xmlrpc xmlrpclib SimpleXMLRPCServer DocXMLRPCServer BaseHTTPServer SimpleHTTPServer
      CGIHTTPServer cgi cgitb wsgiref twisted tornado gevent eventlet zmq boto boto3 botocore s3fs gcsfs fsspec
      smart_open torch.utils.model_zoo torchvision.datasets.utils torchaudio._internal flask bottle fastapi uvicorn
      aiofiles websocket websockets dns scapy`),
    names: {
      datasets: ["load_dataset"],
      huggingface_hub: words("hf_hub_download snapshot_download"),
      "transformers.utils.hub": words("cached_file cached_files get_file_from_repo http_get"),
      "keras.utils": ["get_file"],
      "tensorflow.keras.utils": ["get_file"],
      "nltk.data": words("load retrieve"),
      nltk: words("download data.load"),
    },
  },
  {
    why: "it reads, writes or removes files",
    modules:
      words(`shutil tempfile fileinput filecmp glob linecache tarfile zipfile gzip bz2 lzma _compression sqlite3
      _sqlite3 genericpath ntpath posixpath macpath mailbox netrc pwd grp sysconfig stat _stat io.FileIO aifc sunau
      wave chunk sndhdr imghdr ossaudiodev plistlib cookielib logging.config logging.handlers dotenv h5py.File
      _pyio`),
    names: {
      io: words("open open_code FileIO TextIOWrapper FileIO.write TextIOWrapper.write"),
      _io: words("open open_code FileIO TextIOWrapper"),
      codecs: words("open StreamReaderWriter"),
      logging: words("FileHandler basicConfig config handlers"),
      pathlib: words("Path.open Path.read_text Path.read_bytes Path.write_text Path.write_bytes Path.unlink"),
      argparse: ["FileType"],
      configparser: words("ConfigParser.read RawConfigParser.read"),
      numpy: words(
        "save savez savez_compressed savetxt loadtxt genfromtxt fromfile memmap DataSource tofile",
      ),
      "numpy.lib.npyio": words("save savetxt loadtxt genfromtxt DataSource"),
      "numpy.lib._npyio_impl": words("save savetxt loadtxt genfromtxt"),
      "numpy.core.memmap": ["memmap"],
      "torch._utils_internal": ["get_file_path"],
      "torchvision.io": words("read_file write_file read_image"),
    },
  },
  {
    why: "it starts threads, windows or an interpreter's inner works",
    modules:
      words(`threading _thread thread dummy_threading _dummy_thread sched tkinter _tkinter Tkinter tkFileDialog
      tkSimpleDialog Tix ttk turtle curses _curses readline getpass symtable`),
  },
  {
    why: "the pickle carries the code of a function, which runs when it is called",
    carriesCode: true,
    modules: words("cloudpickle.cloudpickle_fast torch.fx"),
    names: {
      types: words("CodeType FunctionType LambdaType"),
      "cloudpickle.cloudpickle":
        words(`_make_function _make_skel_func _fill_function _make_cell _make_empty_cell
        _builtin_type _make_skeleton_class _make_skeleton_enum _rehydrate_skeleton_class _class_setstate
        _function_setstate _cell_set dynamic_subimport instance _gen_ellipsis`),
      "dill._dill": words(`_create_function _create_code _create_type _create_cell _create_ftype _load_type
        _create_namedtuple _setattr _get_attr _create_lock _create_rlock _create_filehandle _create_stringi
        _create_stringo _create_weakref _create_weakproxy _eval_repr`),
      "torch.fx.graph_module": words(
        "reduce_graph_module reduce_package_graph_module _deserialize_graph_module",
      ),
      code: ["CodeType"],
      new: words("code function"),
    },
  },
];

/** Modules that other modules import for themselves: reached as an attribute of whatever is harmless. */
export const dangerousAliases: ReadonlySet<string> = new Set(
  words(`os sys subprocess posix nt builtins __builtin__ shutil socket importlib runpy ctypes pickle cPickle marshal
    multiprocessing pty pdb urllib requests codeop tempfile threading inspect gc pkgutil imp zipimport pydoc
    linecache cloudpickle dill`),
);

/** Functions that run something, whatever module they are found in. */
export const dangerousNames: ReadonlySet<string> = new Set(
  words(`eval exec execfile compile_command system popen Popen check_call check_output getoutput getstatusoutput
    spawnv spawnl spawnvp spawnlp spawnve spawnle spawnvpe spawnlpe posix_spawn posix_spawnp fork_exec spawnv_passfds
    execv execve execvp execvpe execl execle execlp execlpe startfile import_module load_module exec_module
    resolve_name runstring run_code run_path run_module urlopen urlretrieve read_pickle _run_code _run_entry_point
    getattr setattr delattr`),
);
