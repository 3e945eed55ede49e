using System.Management.Automation;
using System.Management.Automation.Remoting;
using System.Management.Automation.Runspaces;
using HandyBackup.Contracts;
using HandyBackup.Module.Execution;

namespace HandyBackup.Module.Agents.Machines;

/// <summary>Runs scripts in a runspace, here or on another machine, without holding a thread.</summary>
/// <param name="runspace">The runspace, opened. One script at a time runs in it.</param>
/// <param name="machine">The machine's name, for errors.</param>
internal sealed class RunspaceCall(Runspace runspace, string machine)
{
    // The agent's program gets a minute to take back what it did.
    private static readonly TimeSpan s_stopLimit = TimeSpan.FromSeconds(75);

    /// <summary>Runs a script to its end. Stopped, it has its time to clean up.</summary>
    /// <returns>Its last object; null if it wrote none.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.MachineUnreachable"/>, or <see cref="ErrorCode.AgentInstallFailed"/> with what the script said.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task<PSObject?> RunAsync(string script, IReadOnlyList<object?> arguments, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var shell = PowerShell.Create();
        shell.AddScript(script, useLocalScope: true);
        foreach (object? argument in arguments)
        {
            shell.AddArgument(argument);
        }

        try
        {
            shell.Runspace = runspace;
            Task<PSDataCollection<PSObject>> running = AsyncPSCmdlet.OutsidePump(() => Task.Factory.FromAsync(shell.BeginInvoke(), shell.EndInvoke));
            await WaitAsync(shell, running, cancellationToken);
            return (await running).LastOrDefault();
        }
        catch (RuntimeException) when (cancellationToken.IsCancellationRequested)
        {
            // What a script says that was stopped is no news, and each engine says it otherwise.
            throw new OperationCanceledException(cancellationToken);
        }
        catch (PipelineStoppedException exception)
        {
            throw Unreachable("the session was ended", exception);
        }
        catch (Exception exception) when (exception is PSRemotingTransportException or InvalidRunspaceStateException or InvalidRunspacePoolStateException or PSInvalidOperationException or InvalidOperationException)
        {
            throw Unreachable(ToldText.Join(exception.Message), exception);
        }
        catch (RuntimeException exception)
        {
            throw new HandyBackupException(ErrorCode.AgentInstallFailed, $"{machine}: {ToldText.Join(exception.Message)}", exception)
            {
                Target = machine,
                Advice = "The machine must allow scripts in its full language (no constrained endpoint), and have room where the agent is to lie.",
            };
        }
    }

    // The shell is given up, not disposed, where its machine does not answer: disposing would wait for it.
    private static async Task WaitAsync(PowerShell shell, Task running, CancellationToken cancellationToken)
    {
        var stopped = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration = cancellationToken.Register(() =>
        {
            shell.BeginStop(null, null);
            stopped.TrySetResult(true);
        });
        if (await Task.WhenAny(running, stopped.Task) != running && await Task.WhenAny(running, Task.Delay(s_stopLimit, CancellationToken.None)) != running)
        {
            throw new OperationCanceledException(cancellationToken);
        }

        _ = running.ContinueWith(_ => shell.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private HandyBackupException Unreachable(string reason, Exception cause) =>
        new(ErrorCode.MachineUnreachable, $"The session with {machine} cannot be used: {reason}", cause)
        {
            Target = machine,
            Advice = "Make a new session, and see that the machine stays reachable.",
            IsTransient = true,
        };
}
