// SPDX-License-Identifier: Apache-2.0
// The part of the allow-list for PyTorch, training and what surrounds them; see allowed-imports.ts.

export interface AllowedGroup {
  readonly why: string;
  readonly modules: readonly string[];
  /** Exact names. Without them: every class (by its capital letter) of the modules and of what lies below them. */
  readonly names?: readonly string[];
  /** Modules below `modules` that are left out. */
  readonly except?: readonly string[];
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

export const modelImports: readonly AllowedGroup[] = [
  // PyTorch
  {
    why: "the kind of a storage: the type and place of a tensor's elements",
    modules: words("torch torch.cuda torch.storage torch.sparse"),
    names:
      words(`FloatStorage DoubleStorage HalfStorage BFloat16Storage LongStorage IntStorage ShortStorage CharStorage
      ByteStorage BoolStorage ComplexFloatStorage ComplexDoubleStorage QInt8Storage QUInt8Storage QInt32Storage
      QUInt4x2Storage QUInt2x4Storage UntypedStorage TypedStorage _TypedStorage _UntypedStorage FloatTensor
      DoubleTensor HalfTensor BFloat16Tensor LongTensor IntTensor ShortTensor CharTensor ByteTensor BoolTensor`),
  },
  {
    why: "rebuilds a tensor from a storage, an offset and a shape",
    modules: words("torch._utils torch._tensor torch.tensor"),
    names:
      words(`_rebuild_tensor _rebuild_tensor_v2 _rebuild_tensor_v3 _rebuild_parameter _rebuild_parameter_with_state
      _rebuild_parameter_v2 _rebuild_qtensor _rebuild_sparse_tensor _rebuild_sparse_csr_tensor _rebuild_nested_tensor
      _rebuild_device_tensor_from_numpy _rebuild_device_tensor_from_cpu_tensor _rebuild_meta_tensor_no_storage
      _rebuild_wrapper_subclass _rebuild_xla_tensor _rebuild_ort_tensor _rebuild_mlc_tensor _rebuild_from_type
      _rebuild_from_type_v2 Tensor`),
  },
  {
    why: "a tensor, or its type, shape or device",
    modules: ["torch"],
    names:
      words(`Tensor Size device dtype Generator float float16 float32 float64 half double bfloat16 int int8 int16 int32
      int64 long short uint8 uint16 uint32 uint64 bool complex32 complex64 complex128 cfloat cdouble float8_e4m3fn
      float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz float8_e8m0fnu float4_e2m1fn_x2 qint8 quint8 qint32 quint4x2 quint2x4
      per_tensor_affine per_channel_affine per_tensor_symmetric per_channel_symmetric strided sparse_coo sparse_csr
      contiguous_format preserve_format channels_last memory_format layout`),
  },
  { why: "the layout of a tensor by name", modules: ["torch.serialization"], names: ["_get_layout"] },
  { why: "a version number", modules: ["torch.torch_version"], names: ["TorchVersion"] },
  {
    why: "restores a type of TorchScript",
    modules: ["torch.jit._pickle"],
    names: words(
      "build_intlist build_tensorlist build_doublelist build_boollist build_tensor_from_id restore_type_tag",
    ),
  },
  {
    why: "a layer or an optimiser; its parameters are tensors",
    modules:
      words(`torch.nn.modules torch.nn.parameter torch.nn.quantized torch.nn.qat torch.nn.intrinsic torch.optim
      torch.ao.nn torch.ao.quantization torch.quantization torch.nn.parallel torch.distributions
      torchvision.models torchvision.ops torchvision.transforms torchaudio.models torchaudio.transforms timm.models
      timm.layers ultralytics.nn ultralytics.utils.loss ultralytics.models segmentation_models_pytorch
      pytorch_lightning.callbacks lightning.pytorch.callbacks torch.cuda.amp.grad_scaler torch.amp.grad_scaler
      torchmetrics efficientnet_pytorch.model`),
    except: words("torch.nn.parallel.distributed torch.distributed"),
  },
  {
    why: "a bag of settings",
    modules: words(
      "ultralytics.utils ultralytics.yolo.utils pytorch_lightning.utilities.parsing lightning.fabric.utilities.data lightning_fabric.utilities.data easydict addict.addict",
    ),
    names: words("IterableSimpleNamespace AttributeDict EasyDict Dict"),
  },
  {
    why: "an activation or a loss, a function of tensors",
    modules: words("torch torch.nn.functional torch._C._nn torch._C._special torch.functional"),
    names:
      words(`relu gelu silu softmax log_softmax sigmoid tanh leaky_relu elu selu hardswish hardsigmoid softplus mish
      cross_entropy mse_loss l1_loss nll_loss binary_cross_entropy binary_cross_entropy_with_logits dropout
      adaptive_avg_pool2d max_pool2d avg_pool2d normalize interpolate pad layer_norm`),
  },
  {
    why: "helps an optimiser's state",
    modules: words("torch.optim.lr_scheduler torch.amp.grad_scaler torch.cuda.amp.grad_scaler"),
    names: ["_refresh_per_optimizer_state"],
  },

  // Training, configurations, containers of other libraries
  {
    why: "settings of a training run",
    modules: words(`transformers.training_args transformers.training_args_seq2seq transformers.trainer_utils
      transformers.trainer_pt_utils transformers.debug_utils transformers.generation.configuration_utils
      transformers.configuration_utils transformers.integrations.deepspeed transformers.models accelerate.state
      accelerate.utils.dataclasses trl.trainer peft.tuners peft.utils.peft_types transformers.tokenization_utils_base`),
  },
  { why: "a tokenizer", modules: ["tokenizers"], names: words("Tokenizer AddedToken models.Model Regex") },
  {
    why: "a configuration tree",
    modules: words("omegaconf omegaconf.dictconfig omegaconf.listconfig omegaconf.base omegaconf.nodes"),
  },
  {
    why: "an array that joblib writes behind its description",
    modules: words("joblib.numpy_pickle sklearn.externals.joblib.numpy_pickle"),
    names: words("NumpyArrayWrapper"),
  },
];
