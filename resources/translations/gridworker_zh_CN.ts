<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
    <context>
        <name>TroubleDialog</name>
        <message>
            <source>Something went wrong</source>
            <translation>出了点问题</translation>
        </message>
        <message>
            <source>Report</source>
            <translation>报告</translation>
        </message>
        <message>
            <source>Copy the report</source>
            <translation>复制报告</translation>
        </message>
        <message>
            <source>Go on working</source>
            <translation>继续工作</translation>
        </message>
        <message>
            <source>Something in the program went wrong</source>
            <translation>程序里出了点问题</translation>
        </message>
        <message>
            <source>Everything recorded so far is on this computer and safe. You can go on working; please pass the report on to your administrator.</source>
            <translation>已记录的内容都在本机，没有丢失。可以继续工作；请把报告转给管理员。</translation>
        </message>
        <message>
            <source>Copied</source>
            <translation>已复制</translation>
        </message>
    </context>
    <context>
        <name>places</name>
        <message>
            <source>Today</source>
            <translation>今日</translation>
        </message>
        <message>
            <source>Patrol</source>
            <translation>巡查</translation>
        </message>
        <message>
            <source>Tickets</source>
            <translation>工单</translation>
        </message>
        <message>
            <source>Sync centre</source>
            <translation>同步中心</translation>
        </message>
    </context>
    <context>
        <name>status</name>
        <message>
            <source>Draft</source>
            <translation>草稿</translation>
        </message>
        <message>
            <source>Saved here</source>
            <translation>已存本机</translation>
        </message>
        <message>
            <source>To send</source>
            <translation>待传</translation>
        </message>
        <message>
            <source>Sending</source>
            <translation>传送中</translation>
        </message>
        <message>
            <source>Waiting for photos</source>
            <translation>等照片</translation>
        </message>
        <message>
            <source>Delivered</source>
            <translation>已送达</translation>
        </message>
        <message>
            <source>Not accepted</source>
            <translation>未被接受</translation>
        </message>
        <message>
            <source>Under review</source>
            <translation>中心核查中</translation>
        </message>
        <message>
            <source>Needs care</source>
            <translation>需处理</translation>
        </message>
        <message>
            <source>Differs</source>
            <translation>有分歧</translation>
        </message>
        <message>
            <source>Paused</source>
            <translation>暂停</translation>
        </message>
        <message>
            <source>Overdue</source>
            <translation>已超期</translation>
        </message>
        <message>
            <source>Due soon</source>
            <translation>快到期</translation>
        </message>
        <message>
            <source>Done</source>
            <translation>已办结</translation>
        </message>
        <message>
            <source>Taken back</source>
            <translation>已作废</translation>
        </message>
        <message>
            <source>Returned</source>
            <translation>被退回</translation>
        </message>
        <message>
            <source>Offline</source>
            <translation>离线</translation>
        </message>
        <message>
            <source>Online</source>
            <translation>在线</translation>
        </message>
    </context>
</TS>
