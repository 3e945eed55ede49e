namespace HandyBackup.Agent.Core.Limits;

/// <summary>How the operating system ranks this process.</summary>
public interface IProcessPriority
{
    /// <summary>Sets the rank of all that the process does from now on.</summary>
    /// <param name="cpu">For the processor.</param>
    /// <param name="io">For reading and writing.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">The system refused.</exception>
    void Set(WorkPriority cpu, WorkPriority io);
}
