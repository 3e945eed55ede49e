namespace HandyBackup.Agent.Core.Installation;

/// <summary>How to take back what was done so far, the last first.</summary>
internal sealed class UndoSteps
{
    private readonly Stack<Func<Task>> _steps = new();

    /// <summary>To be called when something was done, or just before where half of it may be done.</summary>
    public void Add(Func<Task> step) => _steps.Push(step);

    /// <summary>To be called when something was done, or just before where half of it may be done.</summary>
    public void Add(Action step) => Add(() =>
    {
        step();
        return Task.CompletedTask;
    });

    /// <summary>Takes everything back. What fails keeps nothing else from being taken back.</summary>
    /// <returns>What could not be taken back.</returns>
    public async Task<IReadOnlyList<Exception>> RunAsync()
    {
        var failures = new List<Exception>();
        while (_steps.TryPop(out Func<Task>? step))
        {
            try
            {
                await step();
            }
#pragma warning disable CA1031 // Whatever it was, the rest is to be taken back too, and the caller is told.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failures.Add(exception);
            }
        }

        return failures;
    }
}
