using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Mini;
using AutoGpt.Sdk.Tools;
using BenchmarkDotNet.Attributes;

namespace AutoGpt.Sdk.Benchmarks;

/// <summary>The in-box model: loading it, and a whole plan of three steps.</summary>
public class MiniBenchmarks
{
    private readonly string _folder = Directory.CreateTempSubdirectory("autogpt-bench-").FullName;
    private CausalLanguageModel? _model;
    private LanguageModelPlanner? _planner;
    private PlanningContext? _context;

    [GlobalSetup]
    public void SetUp()
    {
        _model = MiniModel.Load();
        _planner = new LanguageModelPlanner(_model);
        _context = new PlanningContext(
            "Extract the e-mail addresses from contacts.txt, remove the duplicates and write them to emails.txt.", WorkspaceTools.Create(Workspace.Open(_folder)));
    }

    [Benchmark]
    public void Load()
    {
        using CausalLanguageModel model = MiniModel.Load();
    }

    [Benchmark]
    public Task<Plan> PlanThreeSteps() => _planner!.PlanAsync(_context!).AsTask();

    [GlobalCleanup]
    public void CleanUp()
    {
        _model?.Dispose();
        Directory.Delete(_folder);
    }
}
