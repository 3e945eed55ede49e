using System.Globalization;
using System.Text;
using HandyBackup.Contracts;
using HandyBackup.Rpc;
using HandyBackup.Rpc.Local;
using HandyBackup.Server.Core;
using HandyBackup.Server.DataPaths;

namespace HandyBackup.Server.Recovery;

/// <summary>The process that restores a server: command line, password, and what is said at the end.</summary>
public static class RestoreProcess
{
    // Nobody has a longer password, and a wrong file must not be read for ever.
    private const int LongestPassword = 64 * 1024;

    /// <summary>Restores, or verifies, and reports.</summary>
    /// <param name="arguments">The command line, without the command itself.</param>
    /// <param name="input">Its first line is the password.</param>
    /// <param name="output">Receives a <see cref="ServerRestoreReport"/>.</param>
    /// <param name="errors">Receives one line if it fails.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The exit code.</returns>
    public static async Task<ServerExitCode> RunAsync(IReadOnlyList<string> arguments, TextReader input, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        RestoreArguments? parsed = null;
        try
        {
            parsed = RestoreArguments.Parse(arguments);
            Secret password = await ReadPasswordAsync(input, cancellationToken);
            ServerRestoreReport report = parsed.DataPath is { } dataPath
                ? new ServerRestoreReport { Restored = await RestoreAsync(parsed, password, dataPath, cancellationToken) }
                : new ServerRestoreReport { Verified = await ServerRecovery.VerifyAsync(parsed.From, password, cancellationToken) };
            await output.WriteLineAsync(report.Write().AsMemory(), cancellationToken);
            return ServerExitCode.Stopped;
        }
        catch (HandyBackupException exception)
        {
            await ReportAsync(exception.ToErrorInfo(), output, errors);
            return exception.Code switch
            {
                ErrorCode.DataPathInUse => ServerExitCode.DataPathInUse,
                ErrorCode.InvalidArgument when parsed is null => ServerExitCode.Usage,
                _ => ServerExitCode.Failed,
            };
        }
#pragma warning disable CA1031 // The edge of the process: whatever it was, the panel that waits is told.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            await ReportAsync(new ErrorInfo { Code = ErrorCode.ServerRestoreFailed, Message = $"The server could not be restored: {exception.Message}", Target = parsed?.From }, output, errors);
            return ServerExitCode.Failed;
        }
    }

    private static async Task<ServerRestoration> RestoreAsync(RestoreArguments arguments, Secret password, string dataPath, CancellationToken cancellationToken)
    {
        bool existed = Directory.Exists(dataPath);
        DataFolder.Prepare(dataPath);
        try
        {
            using DataPathLock held = DataPathLock.Acquire(dataPath);
            return await ServerRecovery.RestoreAsync(arguments.From, password, dataPath, arguments.Force, Account(), TimeProvider.System, cancellationToken);
        }
        catch when (!existed)
        {
            // What this attempt made, and nobody else: there was no such folder.
            Directory.Delete(dataPath, recursive: true);
            throw;
        }
    }

    private static string Account() =>
        OperatingSystem.IsWindows() ? Environment.UserName : string.Create(CultureInfo.InvariantCulture, $"uid {UnixIdentity.Current}");

    private static async Task<Secret> ReadPasswordAsync(TextReader input, CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        char[] next = new char[1];
        while (await input.ReadAsync(next.AsMemory(), cancellationToken) > 0 && next[0] is not ('\r' or '\n'))
        {
            if (line.Length == LongestPassword)
            {
                throw Invalid($"The first line of standard input is longer than {LongestPassword} characters.");
            }

            line.Append(next[0]);
        }

        return line.Length > 0 ? new Secret { Value = line.ToString() } : throw Invalid("Standard input holds no password.");
    }

    private static async Task ReportAsync(ErrorInfo error, TextWriter output, TextWriter errors)
    {
        await output.WriteLineAsync(new ServerRestoreReport { Error = error }.Write());
        await errors.WriteLineAsync($"hb-server: {error.Message}{(error.Advice is null ? "" : " " + error.Advice)}");
    }

    private static HandyBackupException Invalid(string message) =>
        new(ErrorCode.InvalidArgument, message) { Target = "password", Advice = RestoreArguments.Usage };
}
