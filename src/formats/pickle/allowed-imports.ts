// SPDX-License-Identifier: Apache-2.0
// The allow-list: imports that are needed to load data and run nothing but the library's own constructors. Everything
// else is `unknown`, or `dangerous` if dangerous-imports.ts says so. Data only; who decides is verdict.ts.
// An entry belongs here if calling it with any arguments, and setting any state on what it returns, starts no code
// that the pickle brings or names (what it names is an import of its own and judged by itself).

import { type AllowedGroup, modelImports } from "./allowed-model-imports.ts";

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const ufuncs =
  words(`abs absolute add arccos arcsin arctan arctan2 cbrt ceil clip cos cosh cumsum deg2rad degrees divide
  equal exp exp2 expm1 fabs floor greater hypot isfinite isinf isnan less log log10 log1p log2 logaddexp matmul max
  maximum mean median min minimum mod multiply negative not_equal power prod rad2deg radians reciprocal rint round
  sign sin sinh sqrt square std subtract sum tan tanh true_divide trunc var`);

export const allowedGroups: readonly AllowedGroup[] = [
  // The standard library
  {
    why: "builds a value of a built-in type",
    modules: ["builtins"],
    names:
      words(`set frozenset list dict tuple int float complex str bytes bytearray bool object slice range NotImplemented
      Ellipsis type`),
  },
  {
    why: "a function of its arguments",
    modules: ["builtins"],
    names: words("len abs min max sum round pow divmod sorted any all ord chr hex bin oct repr ascii hash"),
  },
  {
    why: "an exception, as a value",
    modules: ["builtins"],
    names:
      words(`ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError
      BrokenPipeError BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError
      ConnectionRefusedError ConnectionResetError DeprecationWarning EOFError EncodingWarning EnvironmentError Exception
      ExceptionGroup FileExistsError FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError
      ImportError ImportWarning IndentationError IndexError InterruptedError IsADirectoryError KeyError
      KeyboardInterrupt LookupError MemoryError ModuleNotFoundError NameError NotADirectoryError NotImplementedError
      OSError OverflowError PendingDeprecationWarning PermissionError ProcessLookupError RecursionError ReferenceError
      ResourceWarning RuntimeError RuntimeWarning StandardError StopAsyncIteration StopIteration SyntaxError
      SyntaxWarning SystemError SystemExit TabError TimeoutError TypeError UnboundLocalError UnicodeDecodeError
      UnicodeEncodeError UnicodeError UnicodeTranslateError UnicodeWarning UserWarning ValueError Warning
      ZeroDivisionError`),
  },
  {
    why: "Python 2 spelling of a built-in type",
    modules: ["builtins"],
    names: words("unicode long xrange basestring"),
  },
  {
    why: "a container of values",
    modules: ["collections"],
    names: words(
      "OrderedDict defaultdict Counter deque ChainMap UserDict UserList UserString IterableUserDict",
    ),
  },
  {
    why: "how pickle rebuilds objects of classes, which are imports of their own",
    modules: ["copyreg"],
    names: words("_reconstructor __newobj__ __newobj_ex__ __reduce_ex__ _slotnames"),
  },
  { why: "turns text into bytes", modules: ["codecs"], names: ["encode"] },
  {
    why: "a date, a time or a time zone",
    modules: ["datetime"],
    names: words("date datetime time timedelta timezone tzinfo"),
  },
  { why: "a time zone by name", modules: ["zoneinfo"], names: words("ZoneInfo ZoneInfo._unpickle") },
  { why: "a time as a tuple", modules: ["time"], names: ["struct_time"] },
  {
    why: "a number",
    modules: ["decimal", "fractions", "numbers"],
    names: words("Decimal Context Fraction Number"),
  },
  { why: "an identifier", modules: ["uuid"], names: words("UUID SafeUUID") },
  {
    why: "a path as a value: nothing is opened",
    modules: ["pathlib", "pathlib._local"],
    names: words("Path PosixPath WindowsPath PurePath PurePosixPath PureWindowsPath"),
  },
  {
    why: "attributes in a bag",
    modules: ["types"],
    names: words("SimpleNamespace MappingProxyType NoneType"),
  },
  { why: "options of a command line, as values", modules: ["argparse"], names: ["Namespace"] },
  { why: "a regular expression", modules: ["re"], names: words("_compile Pattern RegexFlag") },
  {
    why: "holds a function and arguments for it; the function is an import of its own",
    modules: ["functools"],
    names: ["partial"],
  },
  { why: "picks an item out of a tuple", modules: ["operator"], names: ["itemgetter"] },
  { why: "an array of numbers", modules: ["array"], names: words("array _array_reconstructor") },
  { why: "the state of a random generator", modules: ["random"], names: words("Random SystemRandom") },
  {
    why: "a function of numbers",
    modules: ["math"],
    names: words("sqrt exp log log1p log2 log10 pow floor ceil inf nan"),
  },
  { why: "bytes or text in memory", modules: ["io"], names: words("BytesIO StringIO") },
  { why: "a network address as a value", modules: ["ipaddress"], names: words("IPv4Address IPv6Address") },
  {
    why: "the signature of a function, as a value",
    modules: ["inspect"],
    names: words("_empty Signature Parameter _ParameterKind"),
  },
  { why: "a version number", modules: ["distutils.version"], names: words("LooseVersion StrictVersion") },

  // NumPy, SciPy, pandas
  {
    why: "rebuilds an array from its shape, type and bytes",
    modules: [
      "numpy.core.multiarray",
      "numpy._core.multiarray",
      "numpy.core._multiarray_umath",
      "numpy._core._multiarray_umath",
    ],
    names: words("_reconstruct scalar ndarray dtype"),
  },
  {
    why: "rebuilds an array from a buffer",
    modules: ["numpy.core.numeric", "numpy._core.numeric", "numpy._core._internal", "numpy.core._internal"],
    names: words("_frombuffer _convert_to_stringdtype_kwargs"),
  },
  {
    why: "an array, its element type or one element",
    modules: ["numpy"],
    names:
      words(`ndarray dtype generic number integer floating bool bool_ int_ intc intp int8 int16 int32 int64 uint8
      uint16 uint32 uint64 uintp float16 float32 float64 float128 longdouble half single double complex64 complex128
      str_ bytes_ string_ unicode_ object_ void datetime64 timedelta64 matrix recarray record float_ longlong ulonglong
      int uint nan inf NaN`),
  },
  { why: "the type of an array's elements", modules: ["numpy.dtypes"] },
  {
    why: "an array with names, a mask or two dimensions",
    modules: words(
      "numpy.ma.core numpy.ma numpy.core.records numpy._core.records numpy.rec numpy.matrixlib.defmatrix numpy.matrix",
    ),
    names: words("_mareconstruct MaskedArray MaskedConstant recarray record matrix"),
  },
  {
    why: "a function of numbers",
    modules: words(
      "numpy numpy.core._multiarray_umath numpy._core._multiarray_umath numpy.core.umath numpy.core.fromnumeric",
    ),
    names: ufuncs,
  },
  {
    why: "the state of a random generator",
    modules:
      words(`numpy.random._pickle numpy.random.mtrand numpy.random numpy.random._mt19937 numpy.random._pcg64
      numpy.random._philox numpy.random._sfc64 numpy.random._generator numpy.random.bit_generator`),
    names:
      words(`__randomstate_ctor __generator_ctor __bit_generator_ctor RandomState Generator MT19937 PCG64 PCG64DXSM
      Philox SFC64 SeedSequence __pyx_unpickle_SeedSequence __pyx_unpickle_SeedlessSequence SeedlessSequence`),
  },
  {
    why: "a polynomial",
    modules: ["numpy.polynomial", "numpy.lib.polynomial", "numpy.lib._polynomial_impl"],
    names: words("Polynomial Chebyshev Legendre Hermite poly1d"),
  },
  {
    why: "a sparse matrix, a distribution or an interpolation",
    modules: words("scipy.sparse scipy.stats scipy.interpolate scipy.spatial scipy.optimize"),
  },
  {
    why: "a sparse matrix",
    modules:
      words(`scipy.sparse.csr scipy.sparse.csc scipy.sparse.coo scipy.sparse.lil scipy.sparse.dok scipy.sparse.bsr
      scipy.sparse.dia scipy.sparse._csr scipy.sparse._csc scipy.sparse._coo scipy.sparse._lil scipy.sparse._dok
      scipy.sparse._bsr scipy.sparse._dia scipy.sparse._arrays`),
    names:
      words(`csr_matrix csc_matrix coo_matrix lil_matrix dok_matrix bsr_matrix dia_matrix csr_array csc_array coo_array
      lil_array dok_array bsr_array dia_array`),
  },
  {
    why: "a distribution of SciPy, or what it holds",
    modules: words(
      "scipy.stats._distn_infrastructure scipy.stats._continuous_distns scipy.stats._discrete_distns scipy.interpolate.interpolate scipy.interpolate._interpolate scipy.spatial.distance",
    ),
    names:
      words(`rv_frozen rv_continuous_frozen rv_discrete_frozen norm_gen uniform_gen expon_gen gamma_gen beta_gen
      loguniform reciprocal_gen randint_gen poisson_gen lognorm_gen t_gen interp1d euclidean cosine cityblock`),
  },
  {
    why: "a table, a column, an index, or what they are made of",
    modules: words("pandas.core pandas._libs pandas.arrays pandas.tseries"),
    except: words("pandas.core.computation pandas.core._numba"),
  },
  {
    why: "rebuilds a part of a table",
    modules:
      words(`pandas.core.indexes.base pandas.core.internals.managers pandas._libs.internals pandas._libs.arrays
      pandas._libs.tslibs.timestamps pandas._libs.tslibs.timedeltas pandas._libs.tslibs.period
      pandas._libs.tslibs.offsets pandas._libs.tslibs.nattype pandas._libs.missing pandas._libs.lib
      pandas.core.internals.blocks pandas.core.indexes.datetimes pandas.core.indexes.period
      pandas.core.indexes.interval pandas._libs.interval pandas.core.arrays.arrow.extension_types`),
    names:
      words(`_new_Index _unpickle_block __pyx_unpickle_NDArrayBacked __pyx_unpickle_BlockManager _unpickle_timestamp
      _timedelta_unpickle _nat_unpickle new_block _new_DatetimeIndex _new_PeriodIndex _new_IntervalIndex __nat_unpickle
      __pyx_unpickle_NAType is_bool`),
  },
  {
    why: "a table or a column",
    modules: ["pandas"],
    names:
      words(`DataFrame Series Index RangeIndex MultiIndex DatetimeIndex TimedeltaIndex PeriodIndex IntervalIndex
      CategoricalIndex Timestamp Timedelta Period Interval Categorical CategoricalDtype DatetimeTZDtype PeriodDtype
      IntervalDtype StringDtype BooleanDtype Int8Dtype Int16Dtype Int32Dtype Int64Dtype UInt8Dtype UInt16Dtype
      UInt32Dtype UInt64Dtype Float32Dtype Float64Dtype ArrowDtype SparseDtype NA NaT DateOffset Flags`),
  },

  // Models of tables
  {
    why: "an estimator of scikit-learn, which keeps its parameters and fitted values",
    modules: ["sklearn"],
    except:
      words(`sklearn.externals sklearn.datasets sklearn.utils._testing sklearn.utils._joblib sklearn.tests
      sklearn.conftest sklearn.utils.estimator_checks sklearn._build_utils`),
  },
  {
    why: "rebuilds a compiled part of an estimator",
    modules: words(`sklearn.neighbors._kd_tree sklearn.neighbors._ball_tree sklearn.neighbors.kd_tree
      sklearn.neighbors.ball_tree sklearn._loss._loss sklearn.metrics._dist_metrics sklearn.neighbors._dist_metrics
      sklearn.linear_model._sgd_fast sklearn.tree._tree sklearn.ensemble._gb_losses sklearn.neighbors._typedefs
      sklearn.utils._random`),
    names: words(`newObj __pyx_unpickle_CyHalfBinomialLoss __pyx_unpickle_CyHalfMultinomialLoss
      __pyx_unpickle_CyHalfSquaredError __pyx_unpickle_CyAbsoluteError __pyx_unpickle_CyPinballLoss
      __pyx_unpickle_CyHuberLoss __pyx_unpickle_CyHalfPoissonLoss __pyx_unpickle_CyHalfGammaLoss
      __pyx_unpickle_CyHalfTweedieLoss __pyx_unpickle_CyExponentialLoss __pyx_unpickle_EuclideanDistance
      __pyx_unpickle_Hinge __pyx_unpickle_Log __pyx_unpickle_SquaredLoss`),
  },
  {
    why: "a score or a test of scikit-learn, a function of arrays",
    modules: words(`sklearn.metrics._classification sklearn.metrics._regression sklearn.metrics._ranking
      sklearn.feature_selection._univariate_selection sklearn.metrics._scorer sklearn.metrics.pairwise
      sklearn.feature_selection._mutual_info sklearn.metrics.cluster._supervised`),
    names:
      words(`accuracy_score f1_score precision_score recall_score roc_auc_score log_loss r2_score mean_squared_error
      root_mean_squared_error mean_absolute_error average_precision_score balanced_accuracy_score f_classif f_regression
      chi2 mutual_info_classif mutual_info_regression _passthrough_scorer rbf_kernel linear_kernel cosine_similarity
      euclidean_distances matthews_corrcoef brier_score_loss`),
  },
  {
    why: "an estimator that keeps to scikit-learn's conventions",
    modules:
      words(`xgboost.sklearn lightgbm.sklearn lightgbm.basic lightgbm.engine catboost imblearn category_encoders
      statsmodels umap hdbscan feature_engine sklearn_pandas skopt.space mapie`),
    except: words("statsmodels.tools statsmodels.datasets imblearn.datasets statsmodels.compat"),
  },
  {
    why: "a boosted model from its bytes",
    modules: words("xgboost.core xgboost"),
    names: words("Booster XGBClassifier XGBRegressor XGBRanker DataSplitMode"),
  },
  // The wrappers start the program whose path they are given.
  {
    why: "word vectors and topics",
    modules: ["gensim.models", "gensim.corpora"],
    except: ["gensim.models.wrappers"],
  },

  ...modelImports,
];

/** Modules whose names resolve only inside the archive that carries them: classes of TorchScript. */
export const torchScriptModule = "__torch__";
