using HandyBackup.Server;
using HandyBackup.Server.Hosting;

return (int)await ServerProcess.RunAsync(args, ServerComposition.StartAsync, Console.Error, CancellationToken.None);
