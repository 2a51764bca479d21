using AutoGpt.Sdk.Benchmarks.Constraints;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

if (args is ["masks", ..])
{
    return MaskLatency.Run(asJson: args.Contains("--json"));
}

// In process: the benchmarks need neither a second build nor a second copy of the models.
IConfig config = DefaultConfig.Instance.AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance));
BenchmarkSwitcher.FromAssembly(typeof(MaskBenchmarks).Assembly).Run(args, config);
return 0;
