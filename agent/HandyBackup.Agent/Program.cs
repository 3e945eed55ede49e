using HandyBackup.Agent;
using HandyBackup.Agent.Commands;
using HandyBackup.Agent.Core;
using HandyBackup.Agent.Core.Home;
using HandyBackup.Agent.Core.Installation;
using HandyBackup.Contracts;

if (args is ["--help" or "-h" or "help"])
{
    Console.WriteLine(AgentArguments.Usage);
    return 0;
}

if (args is ["--version"])
{
    Console.WriteLine(AgentHost.ProductVersion);
    return 0;
}

using var stop = new CancellationTokenSource();
AgentArguments? arguments = null;
try
{
    arguments = AgentArguments.Parse(args);
    if (arguments.Command != "run")
    {
        // The host has its own way to be stopped.
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            stop.Cancel();
        };
    }

    switch (arguments.Command)
    {
        case "run":
            await RunCommand.RunAsync(new AgentHome(arguments.Places.Data), stop.Token);
            return 0;
        case "status":
            return StatusCommand.Run(new AgentHome(arguments.Places.Data), Console.Out) ? 0 : 1;
        case "describe":
            await SourceCommands.DescribeAsync(AgentComposition.CreateLocal(), Console.Out, stop.Token);
            return 0;
        case "list":
            await SourceCommands.ListAsync(AgentComposition.CreateLocal(), arguments, Console.Out, stop.Token);
            return 0;
        default:
            return (int)await InstallCommands.RunAsync(arguments, Console.In, stop.Token);
    }
}
catch (HandyBackupException exception)
{
    await Console.Error.WriteLineAsync($"hb-agent: {exception.Message}");
    await Console.Error.WriteLineAsync(exception.Advice);
    return arguments is { IsInstallation: true } && exception.Code != ErrorCode.InvalidArgument ? (int)InstallResult.Failed : 1;
}
catch (OperationCanceledException)
{
    return 130;
}
#pragma warning disable CA1031 // The edge of the process: tools that roll out software know 1603, and no crash.
catch (Exception exception) when (arguments is { IsInstallation: true })
#pragma warning restore CA1031
{
    await Console.Error.WriteLineAsync($"hb-agent: {arguments.Command} failed unexpectedly: {exception.Message}");
    return (int)InstallResult.Failed;
}
