using HandyBackup.Windows.Tests.Kit;

// As the service control manager calls an agent it is one, or nearly; anything else runs the tests.
if (args is ["run", "--data-path", string dataPath])
{
    await StandInAgent.RunAsync(dataPath);
    return 0;
}

return await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
