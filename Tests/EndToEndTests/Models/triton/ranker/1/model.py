"""The good version: the sum, at once."""

import numpy as np
import triton_python_backend_utils as triton


class TritonPythonModel:
    def execute(self, requests):
        return [self.answer(triton.get_input_tensor_by_name(request, "x").as_numpy()) for request in requests]

    def answer(self, x):
        return triton.InferenceResponse([triton.Tensor("y", np.array([x.sum()], dtype=np.float32))])
