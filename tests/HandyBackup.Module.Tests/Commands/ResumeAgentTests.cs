using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Agents;

namespace HandyBackup.Module.Tests.Commands;

public sealed class ResumeAgentTests() : AgentAdmissionTests("Resume-HBAgent", "IAgents.ResumeAsync", AgentStatus.Approved);
