using System.Globalization;
using System.Text;

namespace AutoGpt.Sdk.Training;

/// <summary>What a network could do after each of several tasks (Lopez-Paz and Ranzato 2017): losses in nats a target, so that lower is better.</summary>
public sealed class TransferMatrix
{
    private readonly IReadOnlyList<double[]> _losses;

    /// <param name="tasks">The tasks in the order they were learned.</param>
    /// <param name="losses">The tasks' losses before the first and after each.</param>
    internal TransferMatrix(IReadOnlyList<string> tasks, IReadOnlyList<double[]> losses) => (Tasks, _losses) = (tasks, losses);

    /// <summary>The tasks in the order they were learned.</summary>
    public IReadOnlyList<string> Tasks { get; }

    /// <summary>A task's loss.</summary>
    /// <param name="learned">How many tasks had been learned, from 0 to all.</param>
    /// <param name="task">The task, from 0.</param>
    public double this[int learned, int task] => _losses[learned][task];

    /// <summary>How much worse a task is in the end than it was at its best, at least 0 (Chaudhry et al. 2018).</summary>
    /// <param name="task">The task, from 0.</param>
    public double Forgetting(int task) => _losses[^1][task] - _losses.Min(losses => losses[task]);

    /// <summary>The mean of <see cref="Forgetting"/> over all tasks but the last; 0 for one task.</summary>
    public double MeanForgetting => Tasks.Count < 2 ? 0 : Enumerable.Range(0, Tasks.Count - 1).Average(Forgetting);

    /// <summary>How much better a task was for having learned those before it, before its own turn came: below 0 where they were in its way.</summary>
    /// <param name="task">The task, from 0.</param>
    public double ForwardTransfer(int task) => _losses[0][task] - _losses[task][task];

    /// <summary>A table: a row for each task learned, a column for each that was measured.</summary>
    public override string ToString()
    {
        StringBuilder table = new();
        for (int learned = 0; learned < _losses.Count; learned++)
        {
            table.Append(learned == 0 ? "before" : $"after {Tasks[learned - 1]}");
            foreach ((string task, double loss) in Tasks.Zip(_losses[learned]))
            {
                table.Append(CultureInfo.InvariantCulture, $"  {task} {loss:0.0000}");
            }

            table.AppendLine();
        }

        return table.Append(CultureInfo.InvariantCulture, $"mean forgetting {MeanForgetting:0.0000}").ToString();
    }
}
