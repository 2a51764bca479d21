using AutoGpt.Sdk.Benchmarks.Agents;
using AutoGpt.Sdk.Benchmarks.Constraints;
using AutoGpt.Sdk.Benchmarks.Decoding;
using AutoGpt.Sdk.Benchmarks.Gguf;
using AutoGpt.Sdk.Benchmarks.Gpu;
using AutoGpt.Sdk.Benchmarks.Parity;
using AutoGpt.Sdk.Benchmarks.Peers;
using AutoGpt.Sdk.Benchmarks.Tokenization;
using AutoGpt.Sdk.Benchmarks.Training;
using AutoGpt.Sdk.Benchmarks.Training.Figures;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

if (args is ["masks", ..])
{
    return MaskLatency.Run(asJson: args.Contains("--json"));
}

if (args is ["bpe", ..])
{
    return BytePairTime.Run(asJson: args.Contains("--json"));
}

if (args is ["overhead", ..])
{
    return await SchedulerOverhead.RunAsync(args);
}

if (args is ["saved", ..])
{
    return await SavedTokens.RunAsync(args);
}

if (args is ["replay", ..])
{
    return await PatternReplay.RunAsync(args);
}

if (args is ["concurrent", ..])
{
    return await ConcurrentGenerations.RunAsync(args);
}

if (args is ["adapters", ..])
{
    return AdapterCost.Run(args);
}

if (args is ["longprompt", ..])
{
    return LongPrompt.Run(args);
}

if (args is ["makespan", ..])
{
    return await Makespan.RunAsync(args);
}

if (args is ["training", ..])
{
    return TrainingSpeed.Run(args);
}

if (args is ["figures", ..])
{
    return FiguresCommand.Run(args);
}

if (args is ["agents", ..])
{
    return await ConcurrentAgents.RunAsync(args);
}

if (args is ["gpu", ..])
{
    return GpuBenchmark.Run(args);
}

if (args is ["models", ..])
{
    return ModelsCommand.Run(args);
}

if (args is ["peers", ..])
{
    return PeersCommand.Run(args);
}

if (args is ["parity", ..])
{
    return ParityCommand.Run(args);
}

if (args is ["exports", ..])
{
    return ExportsCommand.Run(args);
}

if (args is ["bandwidth", ..])
{
    return BandwidthCommand.Run(args);
}

// In process: nothing is built anew, and medians are what is read.
IConfig config = DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance).WithIterationCount(9));
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
return 0;
