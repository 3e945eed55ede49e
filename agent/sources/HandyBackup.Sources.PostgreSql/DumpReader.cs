using System.ComponentModel;
using System.Diagnostics;

namespace HandyBackup.Sources.PostgreSql;

/// <summary>The output of a dump program as it is made. It counts only if the program ends well, which is known at the end of the stream.</summary>
internal sealed class DumpReader : ISourceReader
{
    private const int KeptErrorLines = 20;
    private readonly Process _process;
    private readonly Task<string> _errors;
    private bool _ended;

    private DumpReader(Process process)
    {
        _process = process;
        _errors = ReadErrorsAsync(process.StandardError);
    }

    /// <summary>Starts the program.</summary>
    /// <exception cref="SourceException">It cannot be started.</exception>
    public static DumpReader Start(ProcessStartInfo start)
    {
        try
        {
            Process process = Process.Start(start) ?? throw new InvalidOperationException("No process was started.");
            process.StandardInput.Close();
            return new DumpReader(process);
        }
        catch (Win32Exception e)
        {
            throw new SourceException(SourceError.Unreadable, $"'{start.FileName}' cannot be started: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int read = _ended ? 0 : await _process.StandardOutput.BaseStream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (read == 0 && !_ended)
        {
            await EnsureEndedWellAsync(cancellationToken).ConfigureAwait(false);
            _ended = true;
        }

        return read;
    }

    /// <inheritdoc/>
    public ValueTask<SourceItemDetails> GetDetailsAsync(CancellationToken cancellationToken) => ValueTask.FromResult(SourceItemDetails.None);

    /// <inheritdoc/>
    public ValueTask<bool> WasChangedAsync(CancellationToken cancellationToken) => ValueTask.FromResult(false);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        await _errors.ConfigureAwait(false);
        _process.Dispose();
    }

    private async Task EnsureEndedWellAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        if (_process.ExitCode != 0)
        {
            string errors = await _errors.WaitAsync(cancellationToken).ConfigureAwait(false);
            string program = Path.GetFileNameWithoutExtension(_process.StartInfo.FileName);
            throw new SourceException(SourceError.Unreadable, $"{program} ended with exit code {_process.ExitCode}: {errors}");
        }
    }

    // All of it must be read, or the program would wait for a reader; the last lines say why it gave up.
    private static async Task<string> ReadErrorsAsync(StreamReader reader)
    {
        var lines = new Queue<string>();
        while (await reader.ReadLineAsync().ConfigureAwait(false) is string line)
        {
            lines.Enqueue(line);
            if (lines.Count > KeptErrorLines)
            {
                lines.Dequeue();
            }
        }

        return string.Join(' ', lines);
    }
}
