// SPDX-License-Identifier: Apache-2.0
// Names that decide whether a Keras configuration needs code from elsewhere. Classes: the public ones of Keras 3.15 and
// those that Keras 1 and 2 wrote into HDF5 files. Functions: the public ones of Keras 3.15 that compute. Modules: those
// of Python's standard library (`sys.stdlib_module_names` of 3.11), none of which holds anything that a model is made of.

const kerasClassText = `
AUC AWQDTypePolicy Accuracy Activation ActivityRegularization Adadelta Adafactor Adagrad Adam AdamW
Adamax AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D AdaptiveMaxPooling1D
AdaptiveMaxPooling2D AdaptiveMaxPooling3D Add AddLoss AddMetric AdditiveAttention AlphaDropout
AtrousConvolution1D AtrousConvolution2D Attention AugMix AutoContrast Average AveragePooling1D
AveragePooling2D AveragePooling3D AvgPool1D AvgPool2D AvgPool3D BatchNormalization BatchNormalizationV1
BatchNormalizationV2 Bidirectional BinaryAccuracy BinaryCrossentropy BinaryFocalCrossentropy BinaryIoU
CTC CategoricalAccuracy CategoricalCrossentropy CategoricalFocalCrossentropy
CategoricalGeneralizedCrossEntropy CategoricalHinge CategoryEncoding CenterCrop Circle ClassMethod
Concatenate ConcordanceCorrelation Constant Constraint Container
ContrastLimitedAdaptiveHistogramEqualization Conv1D Conv1DTranspose Conv2D Conv2DTranspose Conv3D
Conv3DTranspose ConvLSTM1D ConvLSTM2D ConvLSTM3D Convolution1D Convolution1DTranspose Convolution2D
Convolution2DTranspose Convolution3D Convolution3DTranspose CosineDecay CosineDecayRestarts
CosineSimilarity Cropping1D Cropping2D Cropping3D CuDNNGRU CuDNNLSTM CutMix DTypePolicy DTypePolicyMap
Deconvolution2D Deconvolution3D Dense DenseFeatures DepthwiseConv1D DepthwiseConv2D Dice Discretization
Dot Dropout ELU EinsumDense Embedding Equalization ExponentialDecay F1Score FBetaScore FalseNegatives
FalsePositives Flatten FlaxLayer FloatDTypePolicy Ftrl Functional GPTQDTypePolicy GRU GRUCell GRUV2
GaussianDropout GaussianNoise GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D
GlobalAvgPool1D GlobalAvgPool2D GlobalAvgPool3D GlobalMaxPool1D GlobalMaxPool2D GlobalMaxPool3D
GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D GlorotNormal GlorotUniform Graph
GroupNormalization GroupQueryAttention HashedCrossing Hashing HeNormal HeUniform Highway Hinge Huber
Identity IdentityInitializer Initializer InputLayer InputSpec InstanceMethod InstanceProperty
Int4DTypePolicy IntegerLookup InverseTimeDecay IoU JaxLayer KLDivergence L1 L1L2 L2 LSTM LSTMCell LSTMV2
Lamb Lambda Layer LayerNormalization LeakyReLU LearningRateSchedule LecunNormal LecunUniform Lion
LocallyConnected1D LocallyConnected2D LogCosh LogCoshError Loss LossScaleOptimizer Masking MaxNorm
MaxNumBoundingBoxes MaxPool1D MaxPool2D MaxPool3D MaxPooling1D MaxPooling2D MaxPooling3D Maximum
MaxoutDense Mean MeanAbsoluteError MeanAbsolutePercentageError MeanIoU MeanMetricWrapper
MeanSquaredError MeanSquaredLogarithmicError MelSpectrogram Merge Metric MinMaxNorm Minimum MixUp Model
ModelCheckpoint MultiHeadAttention MultiOptimizer Multiply Muon Nadam Network NonNeg Normalization
OneHotIoU OneHotMeanIoU Ones Optimizer OptimizerMap Orthogonal OrthogonalInitializer
OrthogonalRegularizer PReLU PearsonCorrelation PeepholeLSTMCell Permute PiecewiseConstantDecay Pipeline
Poisson PolynomialDecay Precision PrecisionAtRecall QuantizedDTypePolicy QuantizedFloat8DTypePolicy
R2Score RMSNormalization RMSprop RNN RandAugment RandomBrightness RandomColorDegeneration
RandomColorJitter RandomContrast RandomCrop RandomElasticTransform RandomErasing RandomFlip
RandomFourierFeatures RandomGaussianBlur RandomGrayscale RandomHeight RandomHue RandomInvert
RandomNormal RandomPerspective RandomPosterization RandomRotation RandomSaturation RandomSharpness
RandomShear RandomTranslation RandomUniform RandomWidth RandomZoom ReLU Recall RecallAtPrecision
Regularizer RepeatVector Rescaling Reshape Resizing ReversibleEmbedding RootMeanSquaredError SGD STFT
STFTInitializer STFTSpectrogram ScheduleFreeAdamW SensitivityAtSpecificity SeparableConv1D
SeparableConv2D SeparableConvolution1D SeparableConvolution2D Sequential SimpleRNN SimpleRNNCell
SlicingOpLambda Softmax Solarization SparseCategoricalAccuracy SparseCategoricalCrossentropy
SparseTopKCategoricalAccuracy SpatialDropout1D SpatialDropout2D SpatialDropout3D
SpecificityAtSensitivity SpectralNormalization SquaredHinge StackedRNNCells StringLookup Subtract Sum
SyncBatchNormalization TFOpLambda TFSMLayer TensorFlowOpLayer TextVectorization ThresholdedReLU
TimeDistributed TopKCategoricalAccuracy TorchModuleWrapper TrueNegatives TruePositives TruncatedNormal
Tversky UnitNorm UnitNormalization UpSampling1D UpSampling2D UpSampling3D VarianceScaling Wrapper
ZeroPadding1D ZeroPadding2D ZeroPadding3D Zeros
`;

const kerasFunctionText = `
abs absolute acc accuracy adaptive_average_pool adaptive_max_pool add all allclose amax amin angle any
append arange arccos arccosh arcsin arcsinh arctan arctan2 arctanh argmax argmin argpartition argsort
array array_split associative_scan average average_pool bartlett batch_normalization bce binary
binary_accuracy binary_crossentropy binary_focal_crossentropy bincount bitwise_and bitwise_invert
bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor blackman broadcast_to cast
categorical_accuracy categorical_crossentropy categorical_focal_crossentropy
categorical_generalized_cross_entropy categorical_hinge cbrt cdist ceil celu cholesky cholesky_inverse
circle clip concatenate concordance_correlation cond conj conjugate conv conv_transpose convert_to_numpy
convert_to_tensor copy corrcoef correlate cos cosh cosine cosine_proximity cosine_similarity
count_nonzero cross ctc ctc_decode ctc_loss cumprod cumsum custom_gradient deg2rad depth_to_space
depthwise_conv deserialize det diag diagflat diagonal dice diff digitize divide divide_no_nan dot
dot_product_attention dsplit dstack dtype eig eigh einsum elu empty empty_like equal erf erfc erfinv exp
exp2 expand_dims expm1 exponential extract_sequences eye fabs fft fft2 flip fliplr flipud floor
floor_divide fmax fmin fmod fold fori_loop full full_like gcd gelu geomspace get get_item glu greater
greater_equal hamming hanning hard_elu hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh heaviside
hinge histogram hsplit hstack huber hypot i0 identity ifft2 imag in_top_k inner inv irfft is_tensor
isclose isfinite isin isinf isnan isneginf isposinf isreal istft jvp kaiser kl_divergence kld kron
kullback_leibler_divergence layer_normalization lcm ldexp leaky_relu left_shift less less_equal linear
linspace log log10 log1p log2 log_cosh log_sigmoid log_softmax logaddexp logaddexp2 logcosh logdet
logical_and logical_not logical_or logical_xor logspace logsumexp lstsq lu_factor mae map mape matmul
matrix_rank max max_pool maximum mean mean_absolute_error mean_absolute_percentage_error
mean_squared_error mean_squared_logarithmic_error median meshgrid min minimum mish mod moments moveaxis
mse msle multi_hot multiply nan_to_num nanargmax nanargmin nancumprod nancumsum nanmax nanmean nanmedian
nanmin nanpercentile nanprod nanquantile nanstd nansum nanvar ndim negative nextafter nonzero norm
normalize not_equal one_hot ones ones_like outer pad pearson_correlation percentile pinv poisson polar
power prod psnr ptp qr quantile rad2deg ravel real rearrange reciprocal relu relu6 repeat reshape rfft
right_shift rms_normalization roll rot90 round rsqrt saturate_cast scan scatter scatter_update
searchsorted segment_max segment_min segment_prod segment_sum select selu separable_conv serialize shape
sigmoid sign signbit silu sin sinc sinh size slice slice_update slogdet soft_shrink softmax softplus
softsign solve solve_triangular sort space_to_depth sparse_categorical_accuracy
sparse_categorical_crossentropy sparse_plus sparse_sigmoid sparse_top_k_categorical_accuracy sparsemax
split sqrt square squared_hinge squareplus squeeze stack std stft stop_gradient subtract sum svd
swapaxes swish switch take take_along_axis tan tanh tanh_shrink tensordot threshold tile top_k
top_k_categorical_accuracy trace transpose trapezoid tri tril triu true_divide trunc tversky unfold
unique unravel_index unstack vander var vdot vectorize vectorized_map view view_as_complex view_as_real
vsplit vstack where while_loop zeros zeros_like
`;

const pythonModuleText = `
_abc _aix_support _ast _asyncio _bisect _blake2 _bootsubprocess _bz2 _codecs _codecs_cn _codecs_hk
_codecs_iso2022 _codecs_jp _codecs_kr _codecs_tw _collections _collections_abc _compat_pickle
_compression _contextvars _crypt _csv _ctypes _curses _curses_panel _datetime _dbm _decimal _elementtree
_frozen_importlib _frozen_importlib_external _functools _gdbm _hashlib _heapq _imp _io _json _locale
_lsprof _lzma _markupbase _md5 _msi _multibytecodec _multiprocessing _opcode _operator _osx_support
_overlapped _pickle _posixshmem _posixsubprocess _py_abc _pydecimal _pyio _queue _random _scproxy _sha1
_sha256 _sha3 _sha512 _signal _sitebuiltins _socket _sqlite3 _sre _ssl _stat _statistics _string
_strptime _struct _symtable _thread _threading_local _tkinter _tokenize _tracemalloc _typing _uuid
_warnings _weakref _weakrefset _winapi _zoneinfo abc aifc argparse array ast asynchat asyncio asyncore
atexit audioop base64 bdb binascii bisect bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs
codeop collections colorsys compileall concurrent configparser contextlib contextvars copy copyreg crypt
csv ctypes curses dataclasses datetime dbm decimal difflib dis distutils doctest email encodings
ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc
genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib
imghdr imp importlib inspect io ipaddress itertools json keyword lib2to3 linecache locale logging lzma
mailbox mailcap marshal math mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib
nt ntpath nturl2path numbers opcode operator optparse os ossaudiodev pathlib pdb pickle pickletools
pipes pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr
pydoc pydoc_data pyexpat queue quopri random re readline reprlib resource rlcompleter runpy sched
secrets select selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket socketserver spwd
sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string stringprep struct subprocess
sunau symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios textwrap threading time
timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing
unicodedata unittest urllib uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib
xml xmlrpc zipapp zipfile zipimport zlib zoneinfo
`;

/** Packages that are installed only to be run by hand, and reach the host at once. */
const hostPackageText =
  "pip setuptools distutils requests httpx urllib3 aiohttp paramiko dill cloudpickle joblib";

/** What Python code calls to reach the host, whatever module it is found in. */
const hostNameText = `
__import__ __builtins__ __globals__ __subclasses__ breakpoint check_output compile eval exec execfile execl execv execve
fork getattr globals import_module load_library load_op_library locals open pickle popen Popen py_function numpy_function
pyfunc read_file remove removedirs rename rmdir rmtree run_module run_path setattr spawnl spawnv startfile system unlink
urlopen urlretrieve write_file
`;

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

export const kerasClasses = words(kerasClassText);
export const kerasFunctions = words(kerasFunctionText);
export const pythonModules = words(pythonModuleText);
export const hostPackages = words(hostPackageText);
export const hostNames = words(hostNameText);
