using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using HandyBackup.Contracts;
using HandyBackup.Module.Starting;
using HandyBackup.Rpc;

namespace HandyBackup.Module.Recovery;

/// <summary>Runs the server program as the one that restores a server: engine and formats are its business, and the password goes over a pipe.</summary>
internal static class ServerRestore
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="program">The server program.</param>
    /// <param name="options">The options of its command <c>restore-server</c>.</param>
    /// <param name="password">The password.</param>
    /// <param name="cancellationToken">Ends the process; what it was to restore is then not in place.</param>
    /// <exception cref="HandyBackupException">What the program says, or <see cref="ErrorCode.ServerRestoreFailed"/> if it cannot be run or says nothing.</exception>
    public static async Task<ServerRestoreReport> RunAsync(string program, IReadOnlyList<string> options, Secret password, CancellationToken cancellationToken)
    {
        using Process process = Start(program, options);
        using CancellationTokenRegistration stop = cancellationToken.Register(() => Kill(process));
        Task<string> output = ReadAsync(process.StandardOutput.BaseStream, cancellationToken);
        Task<string> errors = ReadAsync(process.StandardError.BaseStream, cancellationToken);
        Tell(process, password);
        string said = await output;
        string complaint = await errors;
        cancellationToken.ThrowIfCancellationRequested();
        ServerRestoreReport report = ServerRestoreReport.TryRead(said) ?? throw Failed(program, $"ended without a word of its own: {complaint.Trim()}", null);
        return report.Error is { } error ? throw error.ToException() : report;
    }

    private static Process Start(string program, IReadOnlyList<string> options)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, CommandLine.Join(["restore-server", .. options]))
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
                CreateNoWindow = true,
            })!;
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException)
        {
            throw Failed(program, $"cannot be started: {exception.Message}", exception);
        }
    }

    private static async Task<string> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var text = new MemoryStream();
        await stream.CopyToAsync(text, 4096, cancellationToken);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    private static void Tell(Process process, Secret password)
    {
        byte[] line = Encoding.UTF8.GetBytes(password.Value + "\n");
        try
        {
            process.StandardInput.BaseStream.Write(line, 0, line.Length);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it read: what it said tells why.
        }
        finally
        {
            Array.Clear(line, 0, line.Length);
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
        {
            // It has just ended by itself.
        }
    }

    private static HandyBackupException Failed(string program, string what, Exception? innerException) =>
        new(ErrorCode.ServerRestoreFailed, $"The server program '{program}' {what}", innerException)
        {
            Target = program,
            Advice = "Check that the file is the server program of this version, for this machine, and that your account may execute it.",
        };
}
