// Every kernel's own text, compiled for the host: a namespace each, as each is a translation unit of its own on the device.
#include <algorithm>
#include "gemv_ending.h"
#include "numbers.h"
namespace attention_cu {
#include "attention.cu"
}
namespace batch_cu {
#include "batch.cu"
}
namespace embedding_cu {
#include "embedding.cu"
}
namespace gemv_cu {
#include "gemv.cu"
}
namespace memory_cu {
#include "memory.cu"
}
