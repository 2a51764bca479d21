return AutoGpt.Sdk.Benchmarks.Gpu.GpuBenchmark.Run(args);
