using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Errors;

namespace HandyBackup.Module.Execution;

/// <summary>
/// A cmdlet with asynchronous bodies. They run on the pipeline thread (see <see cref="PipelinePump"/>), get a token that Ctrl+C
/// cancels, and may throw <see cref="HandyBackupException"/>: it becomes an error record.
/// </summary>
public abstract class AsyncPSCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Handles one input object.</summary>
    protected abstract Task ProcessAsync(CancellationToken cancellationToken);

    /// <summary>Is called once, after the last input object.</summary>
    protected virtual Task EndAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>True if an error makes every further input object pointless.</summary>
    protected virtual bool IsFatal(ErrorCode code) =>
        code is ErrorCode.NotConnected or ErrorCode.ConnectionLost or ErrorCode.ServerNotRunning or ErrorCode.ProtocolMismatch;

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Run(ProcessAsync);

    /// <inheritdoc/>
    protected sealed override void EndProcessing() => Run(EndAsync);

    /// <inheritdoc/>
    protected sealed override void StopProcessing() => _stopping.Cancel();

    /// <summary>Writes an object to the pipeline, as it is.</summary>
    protected void Emit(object value) => OutsidePump(() => WriteObject(value));

    /// <summary>Writes a progress record.</summary>
    protected internal void Emit(ProgressRecord progress) => OutsidePump(() => WriteProgress(progress));

    /// <summary>Writes a warning.</summary>
    protected void Warn(string message) => OutsidePump(() => WriteWarning(PrintableText.Clean(message)));

    /// <summary>Writes an error of one input object; the next one is handled all the same.</summary>
    protected void Report(HandyBackupException exception) => OutsidePump(() => WriteError(ErrorRecords.Create(exception)));

    /// <summary>Shows a line to the user that is not output, as Write-Host does.</summary>
    protected void Tell(string message) =>
        OutsidePump(() => WriteInformation(new HostInformationMessage { Message = PrintableText.Clean(message) }, ["PSHOST"]));

    /// <summary>Asks whether to go on, by the rules of -WhatIf, -Confirm and the preferences.</summary>
    /// <returns>True to go on. <paramref name="isWhatIf"/> is true if the user wants to know only what would happen.</returns>
    protected bool Confirm(string target, string action, out bool isWhatIf)
    {
        ShouldProcessReason reason = ShouldProcessReason.None;
        string shownTarget = PrintableText.Clean(target);
        bool confirmed = OutsidePump(() => ShouldProcess(
            $"Performing the operation \"{action}\" on target \"{shownTarget}\".",
            $"Are you sure that you want to perform the operation \"{action}\" on target \"{shownTarget}\"?",
            "Confirm",
            out reason));
        isWhatIf = reason == ShouldProcessReason.WhatIf;
        return confirmed;
    }

    /// <summary>Asks whether to go on, by the rules of -WhatIf, -Confirm and the preferences.</summary>
    protected bool Confirm(string target, string action) => Confirm(target, action, out _);

    /// <summary>Asks the user a question that no preference answers.</summary>
    protected bool Ask(string question, string caption) => OutsidePump(() => ShouldContinue(PrintableText.Clean(question), caption));

    /// <summary>Calls something of the engine or the host. Foreign code must not see our synchronization context: if it waits for a task of its own, it would wait for itself.</summary>
    protected internal static T OutsidePump<T>(Func<T> call)
    {
        SynchronizationContext? pump = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return call();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(pump);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Dispose();
        GC.SuppressFinalize(this);
    }

    private static void OutsidePump(Action call) => OutsidePump(() =>
    {
        call();
        return true;
    });

    private void Run(Func<CancellationToken, Task> body)
    {
        try
        {
            PipelinePump.Run(() => body(_stopping.Token), _stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        catch (HandyBackupException) when (_stopping.IsCancellationRequested)
        {
            // What a call says that was cut off by Ctrl+C is no news.
            throw new PipelineStoppedException();
        }
        catch (HandyBackupException exception) when (IsFatal(exception.Code))
        {
            ThrowTerminatingError(ErrorRecords.Create(exception));
        }
        catch (HandyBackupException exception)
        {
            WriteError(ErrorRecords.Create(exception));
        }
    }
}
