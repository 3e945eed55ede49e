using Microsoft.Extensions.Logging;

namespace HandyBackup.Server.Hosting;

/// <summary>What a backend is built with.</summary>
/// <param name="Arguments">The command line.</param>
/// <param name="LoggerFactory">Leads to the server's log file.</param>
/// <param name="TimeProvider">The clock.</param>
/// <param name="Stop">Makes the server end; returns at once.</param>
public sealed record BackendContext(ServerArguments Arguments, ILoggerFactory LoggerFactory, TimeProvider TimeProvider, Action Stop);
