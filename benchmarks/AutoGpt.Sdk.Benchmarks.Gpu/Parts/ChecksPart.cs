namespace AutoGpt.Sdk.Benchmarks.Gpu;

/// <summary>Every kernel against its formula in double precision, on this device.</summary>
internal static class ChecksPart
{
    public static void Run(GpuRun run)
    {
        int count = 0, failed = 0;
        double until = run.Watch.Elapsed.TotalSeconds + (run.Options.Small ? 600 : 25);
        foreach (Func<KernelCheck> check in CheckSuite.All(run.Kernels, seed: 1, run.Options.Small ? 1 : 6))
        {
            if (run.Watch.Elapsed.TotalSeconds > until)
            {
                run.Report.Row("checks cut short", ("after", count));
                break;
            }

            run.Report.Try("check", () =>
            {
                KernelCheck result = check();
                count++;
                failed += result.Passed ? 0 : 1;
                run.Report.Row("check", ("passed", result.Passed), ("error", result.Error), ("tolerance", result.Tolerance), ("kernel", result.Name));
            });
        }

        run.Report.Row("checks", ("run", count), ("failed", failed));
        if (failed > 0)
        {
            throw new InvalidOperationException($"{failed} of {count} checks failed.");
        }
    }
}
