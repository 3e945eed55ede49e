using PolyType;
using StreamJsonRpc;

namespace HandyBackup.Contracts;

/// <summary>What is to be backed up.</summary>
[JsonRpcContract, GenerateShape(IncludeMethods = MethodShapeFlags.PublicInstance)]
public partial interface ITasks : IDisposable
{
    /// <summary>Makes a task. The source's options are checked by the agent.</summary>
    Task<TaskInfo> CreateAsync(CreateTaskRequest request, CancellationToken cancellationToken);

    /// <summary>Lists tasks by name.</summary>
    IAsyncEnumerable<TaskInfo> ListAsync(TaskQuery query, CancellationToken cancellationToken);

    /// <summary>Changes a task.</summary>
    Task<TaskInfo> UpdateAsync(UpdateTaskRequest request, CancellationToken cancellationToken);

    /// <summary>Removes a task. Its snapshots stay.</summary>
    Task RemoveAsync(TaskReference task, CancellationToken cancellationToken);

    /// <summary>Starts a run of the task and returns it as it begins.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.TaskBusy"/> if a run of the task is under way.</exception>
    Task<Run> StartAsync(StartTaskRequest request, CancellationToken cancellationToken);
}
