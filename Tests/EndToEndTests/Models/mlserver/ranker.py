"""The model of both versions: the sum, times the version's factor."""

import numpy as np
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceResponse


class Ranker(MLModel):
    async def load(self):
        if self.settings.parameters.extra.get("damaged"):
            raise RuntimeError("the weights are damaged")
        return True

    async def predict(self, payload):
        x = NumpyCodec.decode_input(payload.inputs[0])
        y = np.array([x.sum() * self.settings.parameters.extra["factor"]], dtype=np.float32)
        return InferenceResponse(
            model_name=self.name, model_version=self.version, outputs=[NumpyCodec.encode_output("y", y)]
        )
