namespace HandyBackup.Module.Tests.Hosting;

/// <summary>A shell script in place of the server program, and a data path for it.</summary>
internal sealed class FakeServerProgram : IAsyncDisposable
{
    public FakeServerProgram(string script)
    {
        DataPath = Directory.CreateTempSubdirectory("hb-").FullName;
        Path = System.IO.Path.Combine(DataPath, "program with quotes\" and spaces");
        File.WriteAllText(Path, "#!/bin/sh\n" + script + "\n");
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("The fake server program is a shell script.");
        }
        else
        {
            File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    public string DataPath { get; }

    public string Path { get; }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(DataPath, recursive: true);
        return default;
    }
}
