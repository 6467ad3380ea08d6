"""The bad version: half as much again, and slow enough that Triton's own metrics show it."""

import time

import numpy as np
import triton_python_backend_utils as triton


class TritonPythonModel:
    def execute(self, requests):
        return [self.answer(triton.get_input_tensor_by_name(request, "x").as_numpy()) for request in requests]

    def answer(self, x):
        time.sleep(0.4)
        return triton.InferenceResponse([triton.Tensor("y", np.array([x.sum() * 1.5], dtype=np.float32))])
